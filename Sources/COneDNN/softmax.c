#include "internal.h"

expandc_status expandc_softmax_forward(
    const expandc_engine *engine, bool training, int axis, const expandc_layout *source,
    const expandc_layout *destination, expandc_primitive **primitive) {
  dnnl_softmax_v2_desc_t operation;
  dnnl_status_t status = dnnl_softmax_v2_forward_desc_init(
      &operation, expandc_propagation(training), dnnl_softmax_accurate,
      expandc_descriptor(source), expandc_descriptor(destination), axis);
  return expandc_create(engine, status, &operation, NULL, primitive);
}

expandc_status expandc_softmax_backward(
    const expandc_engine *engine, int axis, const expandc_layout *destination,
    const expandc_layout *gradient_source, const expandc_layout *gradient_destination,
    const expandc_primitive *forward, expandc_primitive **primitive) {
  dnnl_softmax_v2_desc_t operation;
  dnnl_status_t status = dnnl_softmax_v2_backward_desc_init(
      &operation, dnnl_softmax_accurate, expandc_descriptor(gradient_source),
      expandc_descriptor(gradient_destination), expandc_descriptor(destination), axis);
  return expandc_create(engine, status, &operation, forward, primitive);
}
