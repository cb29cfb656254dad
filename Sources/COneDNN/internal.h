// What the files of this shim share; never seen outside it.

#ifndef EXPANDC_ONEDNN_INTERNAL_H
#define EXPANDC_ONEDNN_INTERNAL_H

#include "COneDNN.h"

#include <dnnl_version.h>

// The shim is written for oneDNN 3; a header gives its face to oneDNN 2.
#if DNNL_VERSION_MAJOR == 2
#include "generation_2.h"
#elif DNNL_VERSION_MAJOR == 3
#include "generation_3.h"
#else
#error "this shim is written for oneDNN 3 and, through generation_2.h, oneDNN 2"
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
  // A factor of the result that is an argument of its own; 0 where there is none.
  int scale_argument;
  float scale;
};

// What the creation of a primitive starts from, and the descriptor that is to be made.
typedef struct expandc_creation {
  dnnl_engine_t engine;
  dnnl_primitive_attr_t attributes;
  dnnl_primitive_desc_t descriptor;
} expandc_creation;

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
const_dnnl_memory_desc_t expandc_descriptor(const expandc_layout *layout);

// A layout that owns `descriptor` from here on, success or not.
expandc_status expandc_layout_take(dnnl_memory_desc_t descriptor, expandc_layout **layout);

dnnl_prop_kind_t expandc_propagation(bool training);

// oneDNN's descriptor of a forward primitive.
const_dnnl_primitive_desc_t expandc_hint(const expandc_primitive *forward);

// Attributes with which a primitive's scratchpad is an argument and products stay in float; NULL
// where memory is short, which `expandc_finish` answers for.
expandc_creation expandc_begin(const expandc_engine *engine);

// Lets the primitive end in a ReLU; on failure the attributes are gone.
void expandc_rectify(expandc_creation *creation);

// Creates the primitive of the descriptor that was made with `status`, and ends the creation.
expandc_status expandc_finish(
    expandc_creation *creation, dnnl_status_t status, expandc_primitive **primitive);

#endif
