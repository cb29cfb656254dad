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

// oneDNN 3 asks for the constants of functions that have some; oneDNN 2 doesn't read them.
static void complete(expandc_elementwise function, float *alpha, float *beta) {
  if (function == EXPANDC_SOFTPLUS) *alpha = 1;
  if (function != EXPANDC_HARD_SWISH) return;
  *alpha = 1.0f / 6;
  *beta = 0.5f;
}

expandc_status expandc_elementwise_forward(
    const expandc_engine *engine, bool training, expandc_elementwise function, float alpha,
    float beta, const expandc_layout *source, expandc_primitive **primitive) {
  complete(function, &alpha, &beta);
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_eltwise_forward_primitive_desc_create(
      &creation.descriptor, creation.engine, expandc_propagation(training), algorithm(function),
      expandc_descriptor(source), expandc_descriptor(source), alpha, beta, creation.attributes);
  return expandc_finish(&creation, status, primitive);
}

expandc_status expandc_elementwise_backward(
    const expandc_engine *engine, expandc_elementwise function, float alpha, float beta,
    const expandc_layout *source, const expandc_layout *gradient, const expandc_primitive *forward,
    expandc_primitive **primitive) {
  complete(function, &alpha, &beta);
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_eltwise_backward_primitive_desc_create(
      &creation.descriptor, creation.engine, algorithm(function), expandc_descriptor(gradient),
      expandc_descriptor(gradient), expandc_descriptor(source), alpha, beta, expandc_hint(forward),
      creation.attributes);
  return expandc_finish(&creation, status, primitive);
}
