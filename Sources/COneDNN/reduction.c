#include "internal.h"

static dnnl_alg_kind_t algorithm(expandc_reduction function) {
  switch (function) {
    case EXPANDC_REDUCE_SUM: return dnnl_reduction_sum;
    case EXPANDC_REDUCE_MEAN: return dnnl_reduction_mean;
    case EXPANDC_REDUCE_MAXIMUM: return dnnl_reduction_max;
    case EXPANDC_REDUCE_MINIMUM: return dnnl_reduction_min;
  }
  return dnnl_alg_kind_undef;
}

expandc_status expandc_reduction_create(
    const expandc_engine *engine, expandc_reduction function, const expandc_layout *source,
    const expandc_layout *destination, expandc_primitive **primitive) {
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_reduction_primitive_desc_create(
      &creation.descriptor, creation.engine, algorithm(function), expandc_descriptor(source),
      expandc_descriptor(destination), 0, 0, creation.attributes);
  return expandc_finish(&creation, status, primitive);
}
