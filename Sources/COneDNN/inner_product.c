#include "internal.h"

expandc_status expandc_inner_product_forward(
    const expandc_engine *engine, bool training, bool rectified, const expandc_layout *source,
    const expandc_layout *weights, const expandc_layout *bias, const expandc_layout *destination,
    expandc_primitive **primitive) {
  expandc_creation creation = expandc_begin(engine);
  if (rectified) expandc_rectify(&creation);
  dnnl_status_t status = dnnl_inner_product_forward_primitive_desc_create(
      &creation.descriptor, creation.engine, expandc_propagation(training),
      expandc_descriptor(source), expandc_descriptor(weights), expandc_descriptor(bias),
      expandc_descriptor(destination), creation.attributes);
  return expandc_finish(&creation, status, primitive);
}

expandc_status expandc_inner_product_backward_data(
    const expandc_engine *engine, const expandc_layout *gradient_source,
    const expandc_layout *weights, const expandc_layout *gradient_destination,
    const expandc_primitive *forward, expandc_primitive **primitive) {
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_inner_product_backward_data_primitive_desc_create(
      &creation.descriptor, creation.engine, expandc_descriptor(gradient_source),
      expandc_descriptor(weights), expandc_descriptor(gradient_destination), expandc_hint(forward),
      creation.attributes);
  return expandc_finish(&creation, status, primitive);
}

expandc_status expandc_inner_product_backward_weights(
    const expandc_engine *engine, const expandc_layout *source,
    const expandc_layout *gradient_weights, const expandc_layout *gradient_bias,
    const expandc_layout *gradient_destination, const expandc_primitive *forward,
    expandc_primitive **primitive) {
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_inner_product_backward_weights_primitive_desc_create(
      &creation.descriptor, creation.engine, expandc_descriptor(source),
      expandc_descriptor(gradient_weights), expandc_descriptor(gradient_bias),
      expandc_descriptor(gradient_destination), expandc_hint(forward), creation.attributes);
  return expandc_finish(&creation, status, primitive);
}

expandc_status expandc_matrix_product(
    const expandc_engine *engine, const expandc_layout *source, const expandc_layout *weights,
    const expandc_layout *bias, const expandc_layout *destination, expandc_primitive **primitive) {
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_matmul_primitive_desc_create(
      &creation.descriptor, creation.engine, expandc_descriptor(source),
      expandc_descriptor(weights), expandc_descriptor(bias), expandc_descriptor(destination),
      creation.attributes);
  return expandc_finish(&creation, status, primitive);
}
