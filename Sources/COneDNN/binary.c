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
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_binary_primitive_desc_create(
      &creation.descriptor, creation.engine, algorithm(function), expandc_descriptor(source),
      expandc_descriptor(source_1), expandc_descriptor(destination), creation.attributes);
  return expandc_finish(&creation, status, primitive);
}
