#include "internal.h"

static unsigned flags(bool given, bool rectified) {
  return dnnl_use_scale | dnnl_use_shift | (given ? dnnl_use_global_stats : 0u)
      | (rectified ? dnnl_fuse_norm_relu : 0u);
}

expandc_status expandc_batch_normalization_forward(
    const expandc_engine *engine, bool training, bool given, bool rectified,
    const expandc_layout *source, float epsilon, expandc_primitive **primitive) {
  dnnl_batch_normalization_desc_t operation;
  dnnl_status_t status = dnnl_batch_normalization_forward_desc_init(
      &operation, expandc_propagation(training), expandc_descriptor(source), epsilon,
      flags(given, rectified));
  return expandc_create(engine, status, &operation, NULL, primitive);
}

expandc_status expandc_batch_normalization_backward(
    const expandc_engine *engine, bool given, bool rectified, const expandc_layout *source,
    const expandc_layout *gradient, float epsilon, const expandc_primitive *forward,
    expandc_primitive **primitive) {
  dnnl_batch_normalization_desc_t operation;
  dnnl_status_t status = dnnl_batch_normalization_backward_desc_init(
      &operation, dnnl_backward, expandc_descriptor(gradient), expandc_descriptor(source), epsilon,
      flags(given, rectified));
  return expandc_create(engine, status, &operation, forward, primitive);
}
