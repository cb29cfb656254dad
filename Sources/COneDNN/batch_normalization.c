#include "internal.h"

static unsigned flags(bool given, bool rectified) {
  return dnnl_use_scale | dnnl_use_shift | (given ? dnnl_use_global_stats : 0u)
      | (rectified ? dnnl_fuse_norm_relu : 0u);
}

expandc_status expandc_batch_normalization_forward(
    const expandc_engine *engine, bool training, bool given, bool rectified,
    const expandc_layout *source, float epsilon, expandc_primitive **primitive) {
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_batch_normalization_forward_primitive_desc_create(
      &creation.descriptor, creation.engine, expandc_propagation(training),
      expandc_descriptor(source), expandc_descriptor(source), epsilon, flags(given, rectified),
      creation.attributes);
  return expandc_finish(&creation, status, primitive);
}

expandc_status expandc_batch_normalization_backward(
    const expandc_engine *engine, bool given, bool rectified, const expandc_layout *source,
    const expandc_layout *gradient, float epsilon, const expandc_primitive *forward,
    expandc_primitive **primitive) {
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_batch_normalization_backward_primitive_desc_create(
      &creation.descriptor, creation.engine, dnnl_backward, expandc_descriptor(gradient),
      expandc_descriptor(gradient), expandc_descriptor(source), epsilon, flags(given, rectified),
      expandc_hint(forward), creation.attributes);
  return expandc_finish(&creation, status, primitive);
}
