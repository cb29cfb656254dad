// Sum and concatenation: primitives of any number of sources.

#include "internal.h"

#include <stdlib.h>

// The descriptors of `count` layouts, or NULL.
static const_dnnl_memory_desc_t *descriptors(int count, const expandc_layout *const *layouts) {
  const_dnnl_memory_desc_t *result = malloc((size_t)count * sizeof *result);
  for (int index = 0; result && index < count; ++index)
    result[index] = expandc_descriptor(layouts[index]);
  return result;
}

static const_dnnl_memory_desc_t decided(const expandc_layout *layout) {
  return expandc_layout_is_any(layout) ? NULL : expandc_descriptor(layout);
}

expandc_status expandc_sum_create(
    const expandc_engine *engine, int count, const float *scales,
    const expandc_layout *const *sources, const expandc_layout *destination,
    expandc_primitive **primitive) {
  if (count < 1) return EXPANDC_INVALID;
  const_dnnl_memory_desc_t *list = descriptors(count, sources);
  if (!list) return EXPANDC_OUT_OF_MEMORY;
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_sum_primitive_desc_create(
      &creation.descriptor, creation.engine, decided(destination), count, scales, list,
      creation.attributes);
  free(list);
  return expandc_finish(&creation, status, primitive);
}

expandc_status expandc_concatenation_create(
    const expandc_engine *engine, int count, int axis, const expandc_layout *const *sources,
    const expandc_layout *destination, expandc_primitive **primitive) {
  if (count < 1) return EXPANDC_INVALID;
  const_dnnl_memory_desc_t *list = descriptors(count, sources);
  if (!list) return EXPANDC_OUT_OF_MEMORY;
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_concat_primitive_desc_create(
      &creation.descriptor, creation.engine, decided(destination), count, axis, list,
      creation.attributes);
  free(list);
  return expandc_finish(&creation, status, primitive);
}
