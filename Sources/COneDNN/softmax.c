#include "internal.h"

expandc_status expandc_softmax_forward(
    const expandc_engine *engine, bool training, int axis, const expandc_layout *source,
    const expandc_layout *destination, expandc_primitive **primitive) {
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_softmax_forward_primitive_desc_create(
      &creation.descriptor, creation.engine, expandc_propagation(training), dnnl_softmax_accurate,
      expandc_descriptor(source), expandc_descriptor(destination), axis, creation.attributes);
  return expandc_finish(&creation, status, primitive);
}

expandc_status expandc_softmax_backward(
    const expandc_engine *engine, int axis, const expandc_layout *destination,
    const expandc_layout *gradient_source, const expandc_layout *gradient_destination,
    const expandc_primitive *forward, expandc_primitive **primitive) {
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_softmax_backward_primitive_desc_create(
      &creation.descriptor, creation.engine, dnnl_softmax_accurate,
      expandc_descriptor(gradient_source), expandc_descriptor(gradient_destination),
      expandc_descriptor(destination), axis, expandc_hint(forward), creation.attributes);
  return expandc_finish(&creation, status, primitive);
}
