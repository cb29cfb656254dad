// The face of oneDNN 3 on oneDNN 2: descriptors that are created and destroyed, and the calls whose
// parameters changed. Each function is what the manual of oneDNN 3 says under its name; descriptors
// that oneDNN 2 takes to be equal to another one (destinations of element-wise functions and batch
// normalisations) are not read.

#ifndef EXPANDC_GENERATION_2_H
#define EXPANDC_GENERATION_2_H

#include <dnnl.h>
#include <stdbool.h>
#include <stdlib.h>

typedef dnnl_memory_desc_t *expandc_2_memory_desc;
typedef const dnnl_memory_desc_t *const_dnnl_memory_desc_t;

static inline dnnl_status_t dnnl_memory_desc_clone(
    expandc_2_memory_desc *result, const_dnnl_memory_desc_t existing) {
  expandc_2_memory_desc created = malloc(sizeof *created);
  if (!created) return dnnl_out_of_memory;
  *created = *existing;
  *result = created;
  return dnnl_success;
}

static inline dnnl_status_t dnnl_memory_desc_destroy(expandc_2_memory_desc descriptor) {
  free(descriptor);
  return dnnl_success;
}

static inline dnnl_status_t dnnl_memory_desc_create_with_strides(
    expandc_2_memory_desc *result, int rank, const dnnl_dims_t dims, dnnl_data_type_t type,
    const dnnl_dims_t strides) {
  dnnl_memory_desc_t made;
  dnnl_status_t status = dnnl_memory_desc_init_by_strides(&made, rank, dims, type, strides);
  return status == dnnl_success ? dnnl_memory_desc_clone(result, &made) : status;
}

static inline dnnl_status_t dnnl_memory_desc_create_with_tag(
    expandc_2_memory_desc *result, int rank, const dnnl_dims_t dims, dnnl_data_type_t type,
    dnnl_format_tag_t tag) {
  dnnl_memory_desc_t made;
  dnnl_status_t status = dnnl_memory_desc_init_by_tag(&made, rank, dims, type, tag);
  return status == dnnl_success ? dnnl_memory_desc_clone(result, &made) : status;
}

static inline dnnl_status_t dnnl_memory_desc_create_submemory(
    expandc_2_memory_desc *result, const_dnnl_memory_desc_t parent, const dnnl_dims_t dims,
    const dnnl_dims_t offsets) {
  dnnl_memory_desc_t made;
  dnnl_status_t status = dnnl_memory_desc_init_submemory(&made, parent, dims, offsets);
  return status == dnnl_success ? dnnl_memory_desc_clone(result, &made) : status;
}

static inline dnnl_status_t expandc_2_reshape(
    expandc_2_memory_desc *result, const_dnnl_memory_desc_t from, int rank,
    const dnnl_dims_t dims) {
  dnnl_memory_desc_t made;
  dnnl_status_t status = dnnl_memory_desc_reshape(&made, from, rank, dims);
  return status == dnnl_success ? dnnl_memory_desc_clone(result, &made) : status;
}

static inline dnnl_status_t expandc_2_permute_axes(
    expandc_2_memory_desc *result, const_dnnl_memory_desc_t from, const int *permutation) {
  dnnl_memory_desc_t made;
  dnnl_status_t status = dnnl_memory_desc_permute_axes(&made, from, permutation);
  return status == dnnl_success ? dnnl_memory_desc_clone(result, &made) : status;
}

enum expandc_2_query {
  dnnl_query_ndims_s32,
  dnnl_query_dims,
  dnnl_query_padded_dims,
  dnnl_query_submemory_offset_s64,
  dnnl_query_format_kind,
  dnnl_query_strides,
  dnnl_query_inner_nblks_s32,
  dnnl_query_inner_blks,
  dnnl_query_inner_idxs,
};

static inline dnnl_status_t dnnl_memory_desc_query(
    const_dnnl_memory_desc_t from, enum expandc_2_query what, void *result) {
  const dnnl_blocking_desc_t *blocking = &from->format_desc.blocking;
  if (what >= dnnl_query_strides && from->format_kind != dnnl_blocked)
    return dnnl_invalid_arguments;
  switch (what) {
    case dnnl_query_ndims_s32: *(int *)result = from->ndims; break;
    case dnnl_query_dims: *(const dnnl_dims_t **)result = &from->dims; break;
    case dnnl_query_padded_dims: *(const dnnl_dims_t **)result = &from->padded_dims; break;
    case dnnl_query_submemory_offset_s64: *(dnnl_dim_t *)result = from->offset0; break;
    case dnnl_query_format_kind: *(dnnl_format_kind_t *)result = from->format_kind; break;
    case dnnl_query_strides: *(const dnnl_dims_t **)result = &blocking->strides; break;
    case dnnl_query_inner_nblks_s32: *(int *)result = blocking->inner_nblks; break;
    case dnnl_query_inner_blks: *(const dnnl_dims_t **)result = &blocking->inner_blks; break;
    case dnnl_query_inner_idxs: *(const dnnl_dims_t **)result = &blocking->inner_idxs; break;
  }
  return dnnl_success;
}

static inline dnnl_status_t expandc_2_append_sum(
    dnnl_post_ops_t list, float scale, int32_t zero_point, dnnl_data_type_t type) {
  return dnnl_post_ops_append_sum_v3(list, scale, zero_point, type);
}

static inline dnnl_status_t expandc_2_append_eltwise(
    dnnl_post_ops_t list, dnnl_alg_kind_t algorithm, float alpha, float beta) {
  return dnnl_post_ops_append_eltwise(list, 1, algorithm, alpha, beta);
}

// A factor of the result, which these attributes hold.
static inline dnnl_status_t expandc_set_scale(
    dnnl_primitive_attr_t attributes, float scale, int *argument) {
  *argument = 0;
  return dnnl_primitive_attr_set_output_scales(attributes, 1, 0, &scale);
}

// The packed scale and shift of old releases, though scale and shift are what is asked for.
static inline bool expandc_is_phantom_of_normalization(
    int argument, dnnl_prop_kind_t propagation) {
  (void)propagation;
  return argument == DNNL_ARG_WEIGHTS || argument == DNNL_ARG_DIFF_WEIGHTS;
}

#include "generation_2_primitives.h"

// From here on, the names that both generations have mean those of oneDNN 3.
#define dnnl_last_impl_reached dnnl_iterator_ends
#define dnnl_memory_desc_t expandc_2_memory_desc
#define dnnl_query_t enum expandc_2_query
#define dnnl_memory_desc_reshape expandc_2_reshape
#define dnnl_memory_desc_permute_axes expandc_2_permute_axes
#define dnnl_post_ops_append_sum expandc_2_append_sum
#define dnnl_post_ops_append_eltwise expandc_2_append_eltwise
#define dnnl_sum_primitive_desc_create expandc_2_sum_primitive_desc_create
#define dnnl_concat_primitive_desc_create expandc_2_concat_primitive_desc_create

#endif
