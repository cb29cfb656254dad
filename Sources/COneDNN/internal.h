// What the files of this shim share; never seen outside it.

#ifndef EXPANDC_ONEDNN_INTERNAL_H
#define EXPANDC_ONEDNN_INTERNAL_H

#include "COneDNN.h"

#include <dnnl.h>

#if DNNL_VERSION_MAJOR != 2
#error "this shim is written for oneDNN 2"
#endif

struct expandc_engine {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  int threads;
};

struct expandc_layout {
  dnnl_memory_desc_t descriptor;
};

struct expandc_primitive {
  dnnl_primitive_desc_t descriptor;
  dnnl_primitive_t primitive;
};

// A window in oneDNN's terms, where dilation 0 is dense.
typedef struct expandc_dims {
  dnnl_dims_t kernel, strides, dilations, pads_begin, pads_end;
} expandc_dims;

expandc_status expandc_status_of(dnnl_status_t status);

// Makes the calling thread use the engine's number of threads.
void expandc_use_threads(const expandc_engine *engine);

// oneDNN's number of an argument, or -1.
int expandc_argument(int role);

expandc_dims expandc_window_dims(const expandc_window *window);

// The descriptor of a layout, or NULL.
const dnnl_memory_desc_t *expandc_descriptor(const expandc_layout *layout);

dnnl_prop_kind_t expandc_propagation(bool training);

// Attributes with which a primitive's scratchpad is an argument and products stay in float.
dnnl_status_t expandc_attributes(dnnl_primitive_attr_t *attributes);

// Creates the primitive of an initialised operation descriptor; `status` is that of its
// initialisation, so that the two calls chain.
expandc_status expandc_create(
    const expandc_engine *engine, dnnl_status_t status, const_dnnl_op_desc_t operation,
    const expandc_primitive *forward, expandc_primitive **primitive);

// Creates the primitive of a descriptor, which it owns from here on, success or not.
expandc_status expandc_create_from(dnnl_primitive_desc_t descriptor, expandc_primitive **primitive);

#endif
