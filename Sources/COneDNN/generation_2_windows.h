// oneDNN 3's creation of primitives with a sliding window, on oneDNN 2.

#ifndef EXPANDC_GENERATION_2_WINDOWS_H
#define EXPANDC_GENERATION_2_WINDOWS_H

// oneDNN 2 describes an operation first and then creates its primitive's descriptor.
static inline dnnl_status_t expandc_2_create(
    dnnl_primitive_desc_t *result, dnnl_status_t status, const_dnnl_op_desc_t operation,
    const_dnnl_primitive_attr_t attributes, dnnl_engine_t engine,
    const_dnnl_primitive_desc_t forward) {
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(result, operation, attributes, engine, forward);
}

static inline dnnl_status_t dnnl_convolution_forward_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    dnnl_alg_kind_t algorithm, const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t weights,
    const_dnnl_memory_desc_t bias, const_dnnl_memory_desc_t destination,
    const dnnl_dims_t strides, const dnnl_dims_t dilations, const dnnl_dims_t padding_l,
    const dnnl_dims_t padding_r, const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
      &operation, kind, algorithm, source, weights, bias, destination, strides, dilations,
      padding_l, padding_r);
  return expandc_2_create(result, status, &operation, attributes, engine, NULL);
}

static inline dnnl_status_t dnnl_convolution_backward_data_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t gradient_source, const_dnnl_memory_desc_t weights,
    const_dnnl_memory_desc_t gradient_destination, const dnnl_dims_t strides,
    const dnnl_dims_t dilations, const dnnl_dims_t padding_l, const dnnl_dims_t padding_r,
    const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
      &operation, algorithm, gradient_source, weights, gradient_destination, strides, dilations,
      padding_l, padding_r);
  return expandc_2_create(result, status, &operation, attributes, engine, forward);
}

static inline dnnl_status_t dnnl_convolution_backward_weights_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t gradient_weights,
    const_dnnl_memory_desc_t gradient_bias, const_dnnl_memory_desc_t gradient_destination,
    const dnnl_dims_t strides, const dnnl_dims_t dilations, const dnnl_dims_t padding_l,
    const dnnl_dims_t padding_r, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_convolution_backward_weights_desc_init(
      &operation, algorithm, source, gradient_weights, gradient_bias, gradient_destination,
      strides, dilations, padding_l, padding_r);
  return expandc_2_create(result, status, &operation, attributes, engine, forward);
}

static inline dnnl_status_t dnnl_deconvolution_forward_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    dnnl_alg_kind_t algorithm, const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t weights,
    const_dnnl_memory_desc_t bias, const_dnnl_memory_desc_t destination,
    const dnnl_dims_t strides, const dnnl_dims_t dilations, const dnnl_dims_t padding_l,
    const dnnl_dims_t padding_r, const_dnnl_primitive_attr_t attributes) {
  dnnl_deconvolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_deconvolution_forward_desc_init(
      &operation, kind, algorithm, source, weights, bias, destination, strides, dilations,
      padding_l, padding_r);
  return expandc_2_create(result, status, &operation, attributes, engine, NULL);
}

static inline dnnl_status_t dnnl_deconvolution_backward_data_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t gradient_source, const_dnnl_memory_desc_t weights,
    const_dnnl_memory_desc_t gradient_destination, const dnnl_dims_t strides,
    const dnnl_dims_t dilations, const dnnl_dims_t padding_l, const dnnl_dims_t padding_r,
    const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes) {
  dnnl_deconvolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_deconvolution_backward_data_desc_init(
      &operation, algorithm, gradient_source, weights, gradient_destination, strides, dilations,
      padding_l, padding_r);
  return expandc_2_create(result, status, &operation, attributes, engine, forward);
}

static inline dnnl_status_t dnnl_deconvolution_backward_weights_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t gradient_weights,
    const_dnnl_memory_desc_t gradient_bias, const_dnnl_memory_desc_t gradient_destination,
    const dnnl_dims_t strides, const dnnl_dims_t dilations, const dnnl_dims_t padding_l,
    const dnnl_dims_t padding_r, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_deconvolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_deconvolution_backward_weights_desc_init(
      &operation, algorithm, source, gradient_weights, gradient_bias, gradient_destination,
      strides, dilations, padding_l, padding_r);
  return expandc_2_create(result, status, &operation, attributes, engine, forward);
}

static inline dnnl_status_t dnnl_pooling_forward_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    dnnl_alg_kind_t algorithm, const_dnnl_memory_desc_t source,
    const_dnnl_memory_desc_t destination, const dnnl_dims_t strides, const dnnl_dims_t kernel,
    const dnnl_dims_t dilations, const dnnl_dims_t padding_l, const dnnl_dims_t padding_r,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_pooling_v2_desc_t operation;
  dnnl_status_t status = dnnl_pooling_v2_forward_desc_init(
      &operation, kind, algorithm, source, destination, strides, kernel, dilations, padding_l,
      padding_r);
  return expandc_2_create(result, status, &operation, attributes, engine, NULL);
}

static inline dnnl_status_t dnnl_pooling_backward_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t gradient_source, const_dnnl_memory_desc_t gradient_destination,
    const dnnl_dims_t strides, const dnnl_dims_t kernel, const dnnl_dims_t dilations,
    const dnnl_dims_t padding_l, const dnnl_dims_t padding_r,
    const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes) {
  dnnl_pooling_v2_desc_t operation;
  dnnl_status_t status = dnnl_pooling_v2_backward_desc_init(
      &operation, algorithm, gradient_source, gradient_destination, strides, kernel, dilations,
      padding_l, padding_r);
  return expandc_2_create(result, status, &operation, attributes, engine, forward);
}

#endif
