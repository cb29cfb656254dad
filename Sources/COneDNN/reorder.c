#include "internal.h"

// Adds the terms that differ from a plain copy to `attributes`.
static dnnl_status_t adjust(
    dnnl_primitive_attr_t attributes, float scale, bool accumulate, int *scale_argument) {
  dnnl_status_t status = dnnl_success;
  if (scale != 1) status = expandc_set_scale(attributes, scale, scale_argument);
  if (status != dnnl_success || !accumulate) return status;
  dnnl_post_ops_t additions;
  status = dnnl_post_ops_create(&additions);
  if (status != dnnl_success) return status;
  status = dnnl_post_ops_append_sum(additions, 1, 0, dnnl_data_type_undef);
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attributes, additions);
  dnnl_post_ops_destroy(additions);
  return status;
}

expandc_status expandc_reorder_create(
    const expandc_engine *engine, float scale, bool accumulate, const expandc_layout *source,
    const expandc_layout *destination, expandc_primitive **primitive) {
  expandc_creation creation = expandc_begin(engine);
  int scale_argument = 0;
  dnnl_status_t adjusted = adjust(creation.attributes, scale, accumulate, &scale_argument);
  if (adjusted != dnnl_success) return expandc_finish(&creation, adjusted, primitive);
  dnnl_status_t status = dnnl_reorder_primitive_desc_create(
      &creation.descriptor, expandc_descriptor(source), creation.engine,
      expandc_descriptor(destination), creation.engine, creation.attributes);
  expandc_status finished = expandc_finish(&creation, status, primitive);
  if (finished != EXPANDC_OK) return finished;
  (*primitive)->scale_argument = scale_argument;
  (*primitive)->scale = scale;
  return EXPANDC_OK;
}
