#include "internal.h"

static dnnl_alg_kind_t algorithm(expandc_resampling function) {
  return function == EXPANDC_RESAMPLE_NEAREST ? dnnl_resampling_nearest : dnnl_resampling_linear;
}

expandc_status expandc_resampling_forward(
    const expandc_engine *engine, bool training, expandc_resampling function,
    const expandc_layout *source, const expandc_layout *destination,
    expandc_primitive **primitive) {
  dnnl_resampling_desc_t operation;
  dnnl_status_t status = dnnl_resampling_forward_desc_init(
      &operation, expandc_propagation(training), algorithm(function), NULL,
      expandc_descriptor(source), expandc_descriptor(destination));
  return expandc_create(engine, status, &operation, NULL, primitive);
}

expandc_status expandc_resampling_backward(
    const expandc_engine *engine, expandc_resampling function,
    const expandc_layout *gradient_source, const expandc_layout *gradient_destination,
    const expandc_primitive *forward, expandc_primitive **primitive) {
  dnnl_resampling_desc_t operation;
  dnnl_status_t status = dnnl_resampling_backward_desc_init(
      &operation, algorithm(function), NULL, expandc_descriptor(gradient_source),
      expandc_descriptor(gradient_destination));
  return expandc_create(engine, status, &operation, forward, primitive);
}
