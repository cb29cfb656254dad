#include "internal.h"

#include <stdlib.h>

struct expandc_bound {
  const expandc_engine *engine;
  dnnl_primitive_t primitive;
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

dnnl_status_t expandc_attributes(dnnl_primitive_attr_t *attributes) {
  dnnl_primitive_attr_t created;
  dnnl_status_t status = dnnl_primitive_attr_create(&created);
  if (status != dnnl_success) return status;
  status = dnnl_primitive_attr_set_scratchpad_mode(created, dnnl_scratchpad_mode_user);
  if (status == dnnl_success)
    status = dnnl_primitive_attr_set_fpmath_mode(created, dnnl_fpmath_mode_strict);
  if (status != dnnl_success) {
    dnnl_primitive_attr_destroy(created);
    return status;
  }
  *attributes = created;
  return dnnl_success;
}

expandc_status expandc_create(
    const expandc_engine *engine, dnnl_status_t status, const_dnnl_op_desc_t operation,
    const expandc_primitive *forward, expandc_primitive **primitive) {
  if (status != dnnl_success) return expandc_status_of(status);
  dnnl_primitive_attr_t attributes;
  status = expandc_attributes(&attributes);
  if (status != dnnl_success) return expandc_status_of(status);
  expandc_use_threads(engine);
  dnnl_primitive_desc_t descriptor;
  status = dnnl_primitive_desc_create(
      &descriptor, operation, attributes, engine->engine, forward ? forward->descriptor : NULL);
  dnnl_primitive_attr_destroy(attributes);
  if (status != dnnl_success) return expandc_status_of(status);
  return expandc_create_from(descriptor, primitive);
}

expandc_status expandc_create_from(
    dnnl_primitive_desc_t descriptor, expandc_primitive **primitive) {
  expandc_primitive *created = calloc(1, sizeof *created);
  if (!created) {
    dnnl_primitive_desc_destroy(descriptor);
    return EXPANDC_OUT_OF_MEMORY;
  }
  created->descriptor = descriptor;
  dnnl_status_t status = dnnl_primitive_create(&created->primitive, descriptor);
  if (status != dnnl_success) {
    expandc_primitive_destroy(created);
    return expandc_status_of(status);
  }
  *primitive = created;
  return EXPANDC_OK;
}

// Some batch normalisations answer for weights and their gradient, the packed scale and shift of
// old releases, though scale and shift are what it was asked to take.
static bool expandc_has_phantom_weights(const expandc_primitive *primitive) {
  dnnl_primitive_kind_t kind;
  dnnl_status_t status = dnnl_primitive_desc_query(
      primitive->descriptor, dnnl_query_primitive_kind, 0, &kind);
  return status == dnnl_success && kind == dnnl_batch_normalization;
}

expandc_layout *expandc_primitive_layout(const expandc_primitive *primitive, int role) {
  int argument = expandc_argument(role);
  if (argument < 0) return NULL;
  bool is_weights = role == EXPANDC_WEIGHTS || role == EXPANDC_GRADIENT_WEIGHTS;
  if (is_weights && expandc_has_phantom_weights(primitive)) return NULL;
  const dnnl_memory_desc_t *descriptor
      = dnnl_primitive_desc_query_md(primitive->descriptor, dnnl_query_exec_arg_md, argument);
  if (!descriptor || descriptor->ndims == 0) return NULL;
  expandc_layout layout = {*descriptor};
  if (expandc_layout_byte_count(&layout) == 0) return NULL;
  expandc_layout *created = malloc(sizeof *created);
  if (created) *created = layout;
  return created;
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

expandc_status expandc_bound_create(
    const expandc_primitive *primitive, const expandc_engine *engine, int count, const int *roles,
    void *const *pointers, expandc_bound **bound) {
  if (count < 0) return EXPANDC_INVALID;
  expandc_bound *created
      = calloc(1, sizeof *created + (size_t)count * sizeof created->arguments[0]);
  if (!created) return EXPANDC_OUT_OF_MEMORY;
  created->engine = engine;
  created->primitive = primitive->primitive;
  for (int index = 0; index < count; ++index) {
    int argument = expandc_argument(roles[index]);
    const dnnl_memory_desc_t *descriptor
        = dnnl_primitive_desc_query_md(primitive->descriptor, dnnl_query_exec_arg_md, argument);
    dnnl_memory_t memory = NULL;
    dnnl_status_t status = argument < 0 || !descriptor
        ? dnnl_invalid_arguments
        : dnnl_memory_create(&memory, descriptor, engine->engine, pointers[index]);
    if (status != dnnl_success) {
      expandc_bound_destroy(created);
      return expandc_status_of(status);
    }
    created->arguments[index].arg = argument;
    created->arguments[index].memory = memory;
    created->count = index + 1;
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
