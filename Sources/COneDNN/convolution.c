#include "internal.h"

// The algorithm is always the direct one: Winograd's saves time at the cost of accuracy.

expandc_status expandc_convolution_forward(
    const expandc_engine *engine, bool training, bool rectified, const expandc_layout *source,
    const expandc_layout *weights, const expandc_layout *bias, const expandc_layout *destination,
    const expandc_window *window, expandc_primitive **primitive) {
  expandc_dims dims = expandc_window_dims(window);
  expandc_creation creation = expandc_begin(engine);
  if (rectified) expandc_rectify(&creation);
  dnnl_status_t status = dnnl_convolution_forward_primitive_desc_create(
      &creation.descriptor, creation.engine, expandc_propagation(training), dnnl_convolution_direct,
      expandc_descriptor(source), expandc_descriptor(weights), expandc_descriptor(bias),
      expandc_descriptor(destination), dims.strides, dims.dilations, dims.pads_begin, dims.pads_end,
      creation.attributes);
  return expandc_finish(&creation, status, primitive);
}

expandc_status expandc_convolution_backward_data(
    const expandc_engine *engine, const expandc_layout *gradient_source,
    const expandc_layout *weights, const expandc_layout *gradient_destination,
    const expandc_window *window, const expandc_primitive *forward,
    expandc_primitive **primitive) {
  expandc_dims dims = expandc_window_dims(window);
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_convolution_backward_data_primitive_desc_create(
      &creation.descriptor, creation.engine, dnnl_convolution_direct,
      expandc_descriptor(gradient_source), expandc_descriptor(weights),
      expandc_descriptor(gradient_destination), dims.strides, dims.dilations, dims.pads_begin,
      dims.pads_end, expandc_hint(forward), creation.attributes);
  return expandc_finish(&creation, status, primitive);
}

expandc_status expandc_convolution_backward_weights(
    const expandc_engine *engine, const expandc_layout *source,
    const expandc_layout *gradient_weights, const expandc_layout *gradient_bias,
    const expandc_layout *gradient_destination, const expandc_window *window,
    const expandc_primitive *forward, expandc_primitive **primitive) {
  expandc_dims dims = expandc_window_dims(window);
  expandc_creation creation = expandc_begin(engine);
  dnnl_status_t status = dnnl_convolution_backward_weights_primitive_desc_create(
      &creation.descriptor, creation.engine, dnnl_convolution_direct, expandc_descriptor(source),
      expandc_descriptor(gradient_weights), expandc_descriptor(gradient_bias),
      expandc_descriptor(gradient_destination), dims.strides, dims.dilations, dims.pads_begin,
      dims.pads_end, expandc_hint(forward), creation.attributes);
  return expandc_finish(&creation, status, primitive);
}
