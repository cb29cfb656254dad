#include "internal.h"

static dnnl_alg_kind_t algorithm(expandc_binary function) {
  switch (function) {
    case EXPANDC_ADD: return dnnl_binary_add;
    case EXPANDC_SUBTRACT: return dnnl_binary_sub;
    case EXPANDC_MULTIPLY: return dnnl_binary_mul;
    case EXPANDC_DIVIDE: return dnnl_binary_div;
    case EXPANDC_MINIMUM: return dnnl_binary_min;
    case EXPANDC_MAXIMUM: return dnnl_binary_max;
  }
  return dnnl_alg_kind_undef;
}

expandc_status expandc_binary_create(
    const expandc_engine *engine, expandc_binary function, const expandc_layout *source,
    const expandc_layout *source_1, const expandc_layout *destination,
    expandc_primitive **primitive) {
  dnnl_binary_desc_t operation;
  dnnl_status_t status = dnnl_binary_desc_init(
      &operation, algorithm(function), expandc_descriptor(source), expandc_descriptor(source_1),
      expandc_descriptor(destination));
  return expandc_create(engine, status, &operation, NULL, primitive);
}
