#include "internal.h"

// Clip is oneDNN's second one, whose gradient is 0 at both bounds.
static dnnl_alg_kind_t algorithm(expandc_elementwise function) {
  switch (function) {
    case EXPANDC_RELU: return dnnl_eltwise_relu;
    case EXPANDC_CLIP: return dnnl_eltwise_clip_v2;
    case EXPANDC_LOGISTIC: return dnnl_eltwise_logistic;
    case EXPANDC_TANH: return dnnl_eltwise_tanh;
    case EXPANDC_LINEAR: return dnnl_eltwise_linear;
    case EXPANDC_ELU: return dnnl_eltwise_elu;
    case EXPANDC_SOFTPLUS: return dnnl_eltwise_soft_relu;
    case EXPANDC_EXPONENTIAL: return dnnl_eltwise_exp;
    case EXPANDC_SQUARE_ROOT: return dnnl_eltwise_sqrt;
    case EXPANDC_ABSOLUTE: return dnnl_eltwise_abs;
    case EXPANDC_POWER: return dnnl_eltwise_pow;
    case EXPANDC_GELU: return dnnl_eltwise_gelu_erf;
    case EXPANDC_HARD_SWISH: return dnnl_eltwise_hardswish;
  }
  return dnnl_alg_kind_undef;
}

expandc_status expandc_elementwise_forward(
    const expandc_engine *engine, bool training, expandc_elementwise function, float alpha,
    float beta, const expandc_layout *source, expandc_primitive **primitive) {
  dnnl_eltwise_desc_t operation;
  dnnl_status_t status = dnnl_eltwise_forward_desc_init(
      &operation, expandc_propagation(training), algorithm(function), expandc_descriptor(source),
      alpha, beta);
  return expandc_create(engine, status, &operation, NULL, primitive);
}

expandc_status expandc_elementwise_backward(
    const expandc_engine *engine, expandc_elementwise function, float alpha, float beta,
    const expandc_layout *source, const expandc_layout *gradient, const expandc_primitive *forward,
    expandc_primitive **primitive) {
  dnnl_eltwise_desc_t operation;
  dnnl_status_t status = dnnl_eltwise_backward_desc_init(
      &operation, algorithm(function), expandc_descriptor(gradient), expandc_descriptor(source),
      alpha, beta);
  return expandc_create(engine, status, &operation, forward, primitive);
}
