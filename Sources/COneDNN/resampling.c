#include "internal.h"

static dnnl_alg_kind_t algorithm(expandc_resampling function) {
  return function == EXPANDC_RESAMPLE_NEAREST ? dnnl_resampling_nearest : dnnl_resampling_linear;
}

expandc_status expandc_resampling_forward(
    const expandc_engine *engine, bool training, expandc_resampling function,
    const expandc_layout *source, const expandc_layout *destination,
    expandc_primitive **primitive) {
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_resampling_forward_primitive_desc_create(
      &creation.descriptor, creation.engine, expandc_propagation(training), algorithm(function),
      NULL, expandc_descriptor(source), expandc_descriptor(destination), creation.attributes);
  return expandc_finish(&creation, status, primitive);
}

expandc_status expandc_resampling_backward(
    const expandc_engine *engine, expandc_resampling function,
    const expandc_layout *gradient_source, const expandc_layout *gradient_destination,
    const expandc_primitive *forward, expandc_primitive **primitive) {
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_resampling_backward_primitive_desc_create(
      &creation.descriptor, creation.engine, algorithm(function), NULL,
      expandc_descriptor(gradient_source), expandc_descriptor(gradient_destination),
      expandc_hint(forward), creation.attributes);
  return expandc_finish(&creation, status, primitive);
}
