// Sum and concatenation: primitives of any number of sources, which have no operation descriptor.

#include "internal.h"

#include <stdlib.h>

// The descriptors of `count` layouts side by side, or NULL.
static dnnl_memory_desc_t *descriptors(int count, const expandc_layout *const *layouts) {
  dnnl_memory_desc_t *result = malloc((size_t)count * sizeof *result);
  for (int index = 0; result && index < count; ++index) result[index] = layouts[index]->descriptor;
  return result;
}

static const dnnl_memory_desc_t *decided(const expandc_layout *layout) {
  return expandc_layout_is_any(layout) ? NULL : &layout->descriptor;
}

expandc_status expandc_sum_create(
    const expandc_engine *engine, int count, const float *scales,
    const expandc_layout *const *sources, const expandc_layout *destination,
    expandc_primitive **primitive) {
  if (count < 1) return EXPANDC_INVALID;
  dnnl_memory_desc_t *list = descriptors(count, sources);
  if (!list) return EXPANDC_OUT_OF_MEMORY;
  dnnl_primitive_attr_t attributes;
  dnnl_primitive_desc_t descriptor;
  dnnl_status_t status = expandc_attributes(&attributes);
  if (status == dnnl_success) {
    expandc_use_threads(engine);
    status = dnnl_sum_primitive_desc_create(
        &descriptor, decided(destination), count, scales, list, attributes, engine->engine);
    dnnl_primitive_attr_destroy(attributes);
  }
  free(list);
  if (status != dnnl_success) return expandc_status_of(status);
  return expandc_create_from(descriptor, primitive);
}

expandc_status expandc_concatenation_create(
    const expandc_engine *engine, int count, int axis, const expandc_layout *const *sources,
    const expandc_layout *destination, expandc_primitive **primitive) {
  if (count < 1) return EXPANDC_INVALID;
  dnnl_memory_desc_t *list = descriptors(count, sources);
  if (!list) return EXPANDC_OUT_OF_MEMORY;
  dnnl_primitive_attr_t attributes;
  dnnl_primitive_desc_t descriptor;
  dnnl_status_t status = expandc_attributes(&attributes);
  if (status == dnnl_success) {
    expandc_use_threads(engine);
    status = dnnl_concat_primitive_desc_create(
        &descriptor, decided(destination), count, axis, list, attributes, engine->engine);
    dnnl_primitive_attr_destroy(attributes);
  }
  free(list);
  if (status != dnnl_success) return expandc_status_of(status);
  return expandc_create_from(descriptor, primitive);
}
