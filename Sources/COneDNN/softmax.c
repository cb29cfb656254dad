#include "internal.h"

static dnnl_alg_kind_t algorithm(bool logarithm) {
  return logarithm ? dnnl_softmax_log : dnnl_softmax_accurate;
}

expandc_status expandc_softmax_forward(
    const expandc_engine *engine, bool training, bool logarithm, int axis,
    const expandc_layout *source, const expandc_layout *destination,
    expandc_primitive **primitive) {
  dnnl_softmax_v2_desc_t operation;
  dnnl_status_t status = dnnl_softmax_v2_forward_desc_init(
      &operation, expandc_propagation(training), algorithm(logarithm), expandc_descriptor(source),
      expandc_descriptor(destination), axis);
  return expandc_create(engine, status, &operation, NULL, primitive);
}

expandc_status expandc_softmax_backward(
    const expandc_engine *engine, bool logarithm, int axis, const expandc_layout *destination,
    const expandc_layout *gradient_source, const expandc_layout *gradient_destination,
    const expandc_primitive *forward, expandc_primitive **primitive) {
  dnnl_softmax_v2_desc_t operation;
  dnnl_status_t status = dnnl_softmax_v2_backward_desc_init(
      &operation, algorithm(logarithm), expandc_descriptor(gradient_source),
      expandc_descriptor(gradient_destination), expandc_descriptor(destination), axis);
  return expandc_create(engine, status, &operation, forward, primitive);
}
