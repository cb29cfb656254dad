#include "internal.h"

expandc_status expandc_inner_product_forward(
    const expandc_engine *engine, bool training, const expandc_layout *source,
    const expandc_layout *weights, const expandc_layout *bias, const expandc_layout *destination,
    expandc_primitive **primitive) {
  dnnl_inner_product_desc_t operation;
  dnnl_status_t status = dnnl_inner_product_forward_desc_init(
      &operation, expandc_propagation(training), expandc_descriptor(source),
      expandc_descriptor(weights), expandc_descriptor(bias), expandc_descriptor(destination));
  return expandc_create(engine, status, &operation, NULL, primitive);
}

expandc_status expandc_inner_product_backward_data(
    const expandc_engine *engine, const expandc_layout *gradient_source,
    const expandc_layout *weights, const expandc_layout *gradient_destination,
    const expandc_primitive *forward, expandc_primitive **primitive) {
  dnnl_inner_product_desc_t operation;
  dnnl_status_t status = dnnl_inner_product_backward_data_desc_init(
      &operation, expandc_descriptor(gradient_source), expandc_descriptor(weights),
      expandc_descriptor(gradient_destination));
  return expandc_create(engine, status, &operation, forward, primitive);
}

expandc_status expandc_inner_product_backward_weights(
    const expandc_engine *engine, const expandc_layout *source,
    const expandc_layout *gradient_weights, const expandc_layout *gradient_bias,
    const expandc_layout *gradient_destination, const expandc_primitive *forward,
    expandc_primitive **primitive) {
  dnnl_inner_product_desc_t operation;
  dnnl_status_t status = dnnl_inner_product_backward_weights_desc_init(
      &operation, expandc_descriptor(source), expandc_descriptor(gradient_weights),
      expandc_descriptor(gradient_bias), expandc_descriptor(gradient_destination));
  return expandc_create(engine, status, &operation, forward, primitive);
}

expandc_status expandc_matrix_product(
    const expandc_engine *engine, const expandc_layout *source, const expandc_layout *weights,
    const expandc_layout *bias, const expandc_layout *destination, expandc_primitive **primitive) {
  dnnl_matmul_desc_t operation;
  dnnl_status_t status = dnnl_matmul_desc_init(
      &operation, expandc_descriptor(source), expandc_descriptor(weights),
      expandc_descriptor(bias), expandc_descriptor(destination));
  return expandc_create(engine, status, &operation, NULL, primitive);
}
