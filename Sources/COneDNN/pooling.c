#include "internal.h"

static dnnl_alg_kind_t algorithm(expandc_pooling function) {
  switch (function) {
    case EXPANDC_POOL_MAXIMUM: return dnnl_pooling_max;
    case EXPANDC_POOL_AVERAGE_WITH_PADDING: return dnnl_pooling_avg_include_padding;
    case EXPANDC_POOL_AVERAGE_WITHOUT_PADDING: return dnnl_pooling_avg_exclude_padding;
  }
  return dnnl_alg_kind_undef;
}

expandc_status expandc_pooling_forward(
    const expandc_engine *engine, bool training, expandc_pooling function,
    const expandc_layout *source, const expandc_layout *destination, const expandc_window *window,
    expandc_primitive **primitive) {
  expandc_dims dims = expandc_window_dims(window);
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_pooling_forward_primitive_desc_create(
      &creation.descriptor, creation.engine, expandc_propagation(training), algorithm(function),
      expandc_descriptor(source), expandc_descriptor(destination), dims.strides, dims.kernel,
      dims.dilations, dims.pads_begin, dims.pads_end, creation.attributes);
  return expandc_finish(&creation, status, primitive);
}

expandc_status expandc_pooling_backward(
    const expandc_engine *engine, expandc_pooling function, const expandc_layout *gradient_source,
    const expandc_layout *gradient_destination, const expandc_window *window,
    const expandc_primitive *forward, expandc_primitive **primitive) {
  expandc_dims dims = expandc_window_dims(window);
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_pooling_backward_primitive_desc_create(
      &creation.descriptor, creation.engine, algorithm(function),
      expandc_descriptor(gradient_source), expandc_descriptor(gradient_destination), dims.strides,
      dims.kernel, dims.dilations, dims.pads_begin, dims.pads_end, expandc_hint(forward),
      creation.attributes);
  return expandc_finish(&creation, status, primitive);
}
