// oneDNN 3's creation of primitives, on oneDNN 2.

#ifndef EXPANDC_GENERATION_2_PRIMITIVES_H
#define EXPANDC_GENERATION_2_PRIMITIVES_H

#include "generation_2_windows.h"

static inline dnnl_status_t dnnl_inner_product_forward_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t weights,
    const_dnnl_memory_desc_t bias, const_dnnl_memory_desc_t destination,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_inner_product_desc_t operation;
  dnnl_status_t status = dnnl_inner_product_forward_desc_init(
      &operation, kind, source, weights, bias, destination);
  return expandc_2_create(result, status, &operation, attributes, engine, NULL);
}

static inline dnnl_status_t dnnl_inner_product_backward_data_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine,
    const_dnnl_memory_desc_t gradient_source, const_dnnl_memory_desc_t weights,
    const_dnnl_memory_desc_t gradient_destination, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_inner_product_desc_t operation;
  dnnl_status_t status = dnnl_inner_product_backward_data_desc_init(
      &operation, gradient_source, weights, gradient_destination);
  return expandc_2_create(result, status, &operation, attributes, engine, forward);
}

static inline dnnl_status_t dnnl_inner_product_backward_weights_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, const_dnnl_memory_desc_t source,
    const_dnnl_memory_desc_t gradient_weights, const_dnnl_memory_desc_t gradient_bias,
    const_dnnl_memory_desc_t gradient_destination, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_inner_product_desc_t operation;
  dnnl_status_t status = dnnl_inner_product_backward_weights_desc_init(
      &operation, source, gradient_weights, gradient_bias, gradient_destination);
  return expandc_2_create(result, status, &operation, attributes, engine, forward);
}

static inline dnnl_status_t dnnl_matmul_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, const_dnnl_memory_desc_t source,
    const_dnnl_memory_desc_t weights, const_dnnl_memory_desc_t bias,
    const_dnnl_memory_desc_t destination, const_dnnl_primitive_attr_t attributes) {
  dnnl_matmul_desc_t operation;
  dnnl_status_t status = dnnl_matmul_desc_init(
      &operation, source, weights, bias, destination);
  return expandc_2_create(result, status, &operation, attributes, engine, NULL);
}

static inline dnnl_status_t dnnl_batch_normalization_forward_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t destination, float epsilon,
    unsigned flags, const_dnnl_primitive_attr_t attributes) {
  dnnl_batch_normalization_desc_t operation;
  dnnl_status_t status = dnnl_batch_normalization_forward_desc_init(
      &operation, kind, source, epsilon, flags);
  return expandc_2_create(result, status, &operation, attributes, engine, NULL);
}

static inline dnnl_status_t dnnl_batch_normalization_backward_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    const_dnnl_memory_desc_t gradient_source, const_dnnl_memory_desc_t gradient_destination,
    const_dnnl_memory_desc_t source, float epsilon, unsigned flags,
    const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes) {
  dnnl_batch_normalization_desc_t operation;
  dnnl_status_t status = dnnl_batch_normalization_backward_desc_init(
      &operation, kind, gradient_destination, source, epsilon, flags);
  return expandc_2_create(result, status, &operation, attributes, engine, forward);
}

static inline dnnl_status_t dnnl_eltwise_forward_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    dnnl_alg_kind_t algorithm, const_dnnl_memory_desc_t source,
    const_dnnl_memory_desc_t destination, float alpha, float beta,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_eltwise_desc_t operation;
  dnnl_status_t status = dnnl_eltwise_forward_desc_init(
      &operation, kind, algorithm, source, alpha, beta);
  return expandc_2_create(result, status, &operation, attributes, engine, NULL);
}

static inline dnnl_status_t dnnl_eltwise_backward_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t gradient_source, const_dnnl_memory_desc_t gradient_destination,
    const_dnnl_memory_desc_t data, float alpha, float beta, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_eltwise_desc_t operation;
  dnnl_status_t status = dnnl_eltwise_backward_desc_init(
      &operation, algorithm, gradient_destination, data, alpha, beta);
  return expandc_2_create(result, status, &operation, attributes, engine, forward);
}

static inline dnnl_status_t dnnl_softmax_forward_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    dnnl_alg_kind_t algorithm, const_dnnl_memory_desc_t source,
    const_dnnl_memory_desc_t destination, int axis, const_dnnl_primitive_attr_t attributes) {
  dnnl_softmax_v2_desc_t operation;
  dnnl_status_t status = dnnl_softmax_v2_forward_desc_init(
      &operation, kind, algorithm, source, destination, axis);
  return expandc_2_create(result, status, &operation, attributes, engine, NULL);
}

static inline dnnl_status_t dnnl_softmax_backward_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t gradient_source, const_dnnl_memory_desc_t gradient_destination,
    const_dnnl_memory_desc_t destination, int axis, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_softmax_v2_desc_t operation;
  dnnl_status_t status = dnnl_softmax_v2_backward_desc_init(
      &operation, algorithm, gradient_source, gradient_destination, destination, axis);
  return expandc_2_create(result, status, &operation, attributes, engine, forward);
}

static inline dnnl_status_t dnnl_binary_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t source_1,
    const_dnnl_memory_desc_t destination, const_dnnl_primitive_attr_t attributes) {
  dnnl_binary_desc_t operation;
  dnnl_status_t status = dnnl_binary_desc_init(
      &operation, algorithm, source, source_1, destination);
  return expandc_2_create(result, status, &operation, attributes, engine, NULL);
}

static inline dnnl_status_t dnnl_reduction_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t destination, float p,
    float epsilon, const_dnnl_primitive_attr_t attributes) {
  dnnl_reduction_desc_t operation;
  dnnl_status_t status = dnnl_reduction_desc_init(
      &operation, algorithm, source, destination, p, epsilon);
  return expandc_2_create(result, status, &operation, attributes, engine, NULL);
}

static inline dnnl_status_t dnnl_resampling_forward_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    dnnl_alg_kind_t algorithm, const float *factors, const_dnnl_memory_desc_t source,
    const_dnnl_memory_desc_t destination, const_dnnl_primitive_attr_t attributes) {
  dnnl_resampling_desc_t operation;
  dnnl_status_t status = dnnl_resampling_forward_desc_init(
      &operation, kind, algorithm, factors, source, destination);
  return expandc_2_create(result, status, &operation, attributes, engine, NULL);
}

static inline dnnl_status_t dnnl_resampling_backward_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const float *factors, const_dnnl_memory_desc_t gradient_source,
    const_dnnl_memory_desc_t gradient_destination, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_resampling_desc_t operation;
  dnnl_status_t status = dnnl_resampling_backward_desc_init(
      &operation, algorithm, factors, gradient_source, gradient_destination);
  return expandc_2_create(result, status, &operation, attributes, engine, forward);
}

// Copies of `count` descriptors side by side, or NULL.
static inline dnnl_memory_desc_t *expandc_2_copies(
    int count, const_dnnl_memory_desc_t const *list) {
  dnnl_memory_desc_t *copies = malloc((size_t)count * sizeof *copies);
  for (int index = 0; copies && index < count; ++index) copies[index] = *list[index];
  return copies;
}

static inline dnnl_status_t expandc_2_sum_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, const_dnnl_memory_desc_t destination,
    int count, const float *scales, const_dnnl_memory_desc_t const *sources,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_memory_desc_t *copies = expandc_2_copies(count, sources);
  if (!copies) return dnnl_out_of_memory;
  dnnl_status_t status = dnnl_sum_primitive_desc_create(
      result, destination, count, scales, copies, attributes, engine);
  free(copies);
  return status;
}

static inline dnnl_status_t expandc_2_concat_primitive_desc_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, const_dnnl_memory_desc_t destination,
    int count, int axis, const_dnnl_memory_desc_t const *sources,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_memory_desc_t *copies = expandc_2_copies(count, sources);
  if (!copies) return dnnl_out_of_memory;
  dnnl_status_t status = dnnl_concat_primitive_desc_create(
      result, destination, count, axis, copies, attributes, engine);
  free(copies);
  return status;
}

#endif
