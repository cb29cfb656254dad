#include "internal.h"

// Adds the terms that differ from a plain copy to `attributes`.
static dnnl_status_t adjust(dnnl_primitive_attr_t attributes, float scale, bool accumulate) {
  dnnl_status_t status = dnnl_success;
  if (scale != 1) status = dnnl_primitive_attr_set_output_scales(attributes, 1, 0, &scale);
  if (status != dnnl_success || !accumulate) return status;
  dnnl_post_ops_t additions;
  status = dnnl_post_ops_create(&additions);
  if (status != dnnl_success) return status;
  status = dnnl_post_ops_append_sum(additions, 1);
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attributes, additions);
  dnnl_post_ops_destroy(additions);
  return status;
}

expandc_status expandc_reorder_create(
    const expandc_engine *engine, float scale, bool accumulate, const expandc_layout *source,
    const expandc_layout *destination, expandc_primitive **primitive) {
  dnnl_primitive_attr_t attributes;
  dnnl_status_t status = expandc_attributes(&attributes);
  if (status != dnnl_success) return expandc_status_of(status);
  dnnl_primitive_desc_t descriptor;
  status = adjust(attributes, scale, accumulate);
  if (status == dnnl_success) {
    expandc_use_threads(engine);
    status = dnnl_reorder_primitive_desc_create(
        &descriptor, &source->descriptor, engine->engine, &destination->descriptor,
        engine->engine, attributes);
  }
  dnnl_primitive_attr_destroy(attributes);
  if (status != dnnl_success) return expandc_status_of(status);
  return expandc_create_from(descriptor, primitive);
}
