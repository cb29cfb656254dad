#include "internal.h"

#include <stdlib.h>

struct expandc_bound {
  const expandc_engine *engine;
  dnnl_primitive_t primitive;
  float scale;
  int count;
  dnnl_exec_arg_t arguments[];
};

int expandc_argument(int role) {
  if (role >= EXPANDC_MULTIPLE_SOURCE)
    return DNNL_ARG_MULTIPLE_SRC + role - EXPANDC_MULTIPLE_SOURCE;
  switch (role) {
    case EXPANDC_SOURCE: return DNNL_ARG_SRC;
    case EXPANDC_SOURCE_1: return DNNL_ARG_SRC_1;
    case EXPANDC_WEIGHTS: return DNNL_ARG_WEIGHTS;
    case EXPANDC_BIAS: return DNNL_ARG_BIAS;
    case EXPANDC_DESTINATION: return DNNL_ARG_DST;
    case EXPANDC_MEAN: return DNNL_ARG_MEAN;
    case EXPANDC_VARIANCE: return DNNL_ARG_VARIANCE;
    case EXPANDC_SCALE: return DNNL_ARG_SCALE;
    case EXPANDC_SHIFT: return DNNL_ARG_SHIFT;
    case EXPANDC_GRADIENT_SOURCE: return DNNL_ARG_DIFF_SRC;
    case EXPANDC_GRADIENT_WEIGHTS: return DNNL_ARG_DIFF_WEIGHTS;
    case EXPANDC_GRADIENT_BIAS: return DNNL_ARG_DIFF_BIAS;
    case EXPANDC_GRADIENT_DESTINATION: return DNNL_ARG_DIFF_DST;
    case EXPANDC_GRADIENT_SCALE: return DNNL_ARG_DIFF_SCALE;
    case EXPANDC_GRADIENT_SHIFT: return DNNL_ARG_DIFF_SHIFT;
    case EXPANDC_WORKSPACE: return DNNL_ARG_WORKSPACE;
    case EXPANDC_SCRATCHPAD: return DNNL_ARG_SCRATCHPAD;
    default: return -1;
  }
}

expandc_dims expandc_window_dims(const expandc_window *window) {
  expandc_dims dims = {{0}, {0}, {0}, {0}, {0}};
  for (int axis = 0; axis < 3; ++axis) {
    dims.kernel[axis] = window->kernel[axis];
    dims.strides[axis] = window->strides[axis];
    dims.dilations[axis] = window->dilations[axis] - 1;
    dims.pads_begin[axis] = window->pads_begin[axis];
    dims.pads_end[axis] = window->pads_end[axis];
  }
  return dims;
}

dnnl_prop_kind_t expandc_propagation(bool training) {
  return training ? dnnl_forward_training : dnnl_forward_inference;
}

const_dnnl_primitive_desc_t expandc_hint(const expandc_primitive *forward) {
  return forward ? forward->descriptor : NULL;
}

static dnnl_primitive_attr_t attributes(void) {
  dnnl_primitive_attr_t created;
  if (dnnl_primitive_attr_create(&created) != dnnl_success) return NULL;
  if (dnnl_primitive_attr_set_scratchpad_mode(created, dnnl_scratchpad_mode_user) == dnnl_success
      && dnnl_primitive_attr_set_fpmath_mode(created, dnnl_fpmath_mode_strict) == dnnl_success)
    return created;
  dnnl_primitive_attr_destroy(created);
  return NULL;
}

expandc_creation expandc_begin(const expandc_engine *engine) {
  expandc_use_threads(engine);
  return (expandc_creation){.engine = engine->engine, .attributes = attributes()};
}

void expandc_rectify(expandc_creation *creation) {
  if (!creation->attributes) return;
  dnnl_post_ops_t list;
  dnnl_status_t status = dnnl_post_ops_create(&list);
  if (status == dnnl_success) {
    status = dnnl_post_ops_append_eltwise(list, dnnl_eltwise_relu, 0, 0);
    if (status == dnnl_success)
      status = dnnl_primitive_attr_set_post_ops(creation->attributes, list);
    dnnl_post_ops_destroy(list);
  }
  if (status == dnnl_success) return;
  dnnl_primitive_attr_destroy(creation->attributes);
  creation->attributes = NULL;
}

expandc_status expandc_finish(
    expandc_creation *creation, dnnl_status_t status, expandc_primitive **primitive) {
  expandc_primitive *created = NULL;
  if (!creation->attributes) status = dnnl_out_of_memory;
  if (status == dnnl_success) {
    created = calloc(1, sizeof *created);
    status = created ? dnnl_primitive_create(&created->primitive, creation->descriptor)
                     : dnnl_out_of_memory;
  }
  if (creation->attributes) dnnl_primitive_attr_destroy(creation->attributes);
  if (status != dnnl_success) {
    if (creation->descriptor) dnnl_primitive_desc_destroy(creation->descriptor);
    free(created);
    return expandc_status_of(status);
  }
  created->descriptor = creation->descriptor;
  *primitive = created;
  return EXPANDC_OK;
}

static const_dnnl_memory_desc_t argument_descriptor(
    const expandc_primitive *primitive, int argument) {
  return dnnl_primitive_desc_query_md(primitive->descriptor, dnnl_query_exec_arg_md, argument);
}

// Batch normalisations answer for more arguments than they take.
static bool is_phantom(const expandc_primitive *primitive, int argument) {
  dnnl_primitive_kind_t kind = dnnl_undefined_primitive;
  dnnl_prop_kind_t propagation = dnnl_prop_kind_undef;
  dnnl_primitive_desc_query(primitive->descriptor, dnnl_query_primitive_kind, 0, &kind);
  dnnl_primitive_desc_query(primitive->descriptor, dnnl_query_prop_kind, 0, &propagation);
  return kind == dnnl_batch_normalization
      && expandc_is_phantom_of_normalization(argument, propagation);
}

expandc_layout *expandc_primitive_layout(const expandc_primitive *primitive, int role) {
  int argument = expandc_argument(role);
  if (argument < 0 || is_phantom(primitive, argument)) return NULL;
  const_dnnl_memory_desc_t descriptor = argument_descriptor(primitive, argument);
  dnnl_memory_desc_t copy;
  expandc_layout *layout;
  if (!descriptor || dnnl_memory_desc_clone(&copy, descriptor) != dnnl_success
      || expandc_layout_take(copy, &layout) != EXPANDC_OK)
    return NULL;
  if (expandc_layout_rank(layout) > 0 && expandc_layout_byte_count(layout) > 0) return layout;
  expandc_layout_destroy(layout);
  return NULL;
}

const char *expandc_primitive_implementation(const expandc_primitive *primitive) {
  const char *name = NULL;
  dnnl_status_t status
      = dnnl_primitive_desc_query(primitive->descriptor, dnnl_query_impl_info_str, 0, &name);
  return status == dnnl_success && name ? name : "";
}

void expandc_primitive_destroy(expandc_primitive *primitive) {
  if (primitive->primitive) dnnl_primitive_destroy(primitive->primitive);
  if (primitive->descriptor) dnnl_primitive_desc_destroy(primitive->descriptor);
  free(primitive);
}

static dnnl_status_t append(
    expandc_bound *bound, int argument, const_dnnl_memory_desc_t descriptor, void *pointer) {
  if (!descriptor) return dnnl_invalid_arguments;
  dnnl_memory_t memory;
  dnnl_status_t status = dnnl_memory_create(&memory, descriptor, bound->engine->engine, pointer);
  if (status == dnnl_success)
    bound->arguments[bound->count++] = (dnnl_exec_arg_t){.arg = argument, .memory = memory};
  return status;
}

static dnnl_status_t append_scale(expandc_bound *bound, int argument) {
  dnnl_dims_t one = {1};
  dnnl_memory_desc_t descriptor;
  dnnl_status_t status
      = dnnl_memory_desc_create_with_tag(&descriptor, 1, one, dnnl_f32, dnnl_a);
  if (status != dnnl_success) return status;
  status = append(bound, argument, descriptor, &bound->scale);
  dnnl_memory_desc_destroy(descriptor);
  return status;
}

expandc_status expandc_bound_create(
    const expandc_primitive *primitive, const expandc_engine *engine, int count, const int *roles,
    void *const *pointers, expandc_bound **bound) {
  if (count < 0) return EXPANDC_INVALID;
  expandc_bound *created
      = calloc(1, sizeof *created + ((size_t)count + 1) * sizeof created->arguments[0]);
  if (!created) return EXPANDC_OUT_OF_MEMORY;
  created->engine = engine;
  created->primitive = primitive->primitive;
  created->scale = primitive->scale;
  dnnl_status_t status = dnnl_success;
  for (int index = 0; index < count && status == dnnl_success; ++index) {
    int argument = expandc_argument(roles[index]);
    status = argument < 0
        ? dnnl_invalid_arguments
        : append(created, argument, argument_descriptor(primitive, argument), pointers[index]);
  }
  if (status == dnnl_success && primitive->scale_argument)
    status = append_scale(created, primitive->scale_argument);
  if (status != dnnl_success) {
    expandc_bound_destroy(created);
    return expandc_status_of(status);
  }
  *bound = created;
  return EXPANDC_OK;
}

expandc_status expandc_bound_execute(const expandc_bound *bound) {
  expandc_use_threads(bound->engine);
  dnnl_status_t status = dnnl_primitive_execute(
      bound->primitive, bound->engine->stream, bound->count, bound->arguments);
  if (status == dnnl_success) status = dnnl_stream_wait(bound->engine->stream);
  return expandc_status_of(status);
}

void expandc_bound_destroy(expandc_bound *bound) {
  for (int index = 0; index < bound->count; ++index)
    dnnl_memory_destroy(bound->arguments[index].memory);
  free(bound);
}
