// What the shim needs of oneDNN 3 that oneDNN 2 has in another form.

#ifndef EXPANDC_GENERATION_3_H
#define EXPANDC_GENERATION_3_H

#include <dnnl.h>
#include <stdbool.h>

// A factor of the result, which is given at execution, as `argument`.
static inline dnnl_status_t expandc_set_scale(
    dnnl_primitive_attr_t attributes, float scale, int *argument) {
  (void)scale;
  *argument = DNNL_ARG_ATTR_SCALES | DNNL_ARG_SRC;
  return dnnl_primitive_attr_set_scales_mask(attributes, DNNL_ARG_SRC, 0);
}

// The shift, on which no gradient depends.
static inline bool expandc_is_phantom_of_normalization(
    int argument, dnnl_prop_kind_t propagation) {
  return argument == DNNL_ARG_SHIFT
      && (propagation == dnnl_backward || propagation == dnnl_backward_data);
}

#endif
