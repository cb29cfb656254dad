#include "internal.h"

#include <stdlib.h>
#include <string.h>

const_dnnl_memory_desc_t expandc_descriptor(const expandc_layout *layout) {
  return layout ? layout->descriptor : NULL;
}

expandc_status expandc_layout_take(dnnl_memory_desc_t descriptor, expandc_layout **layout) {
  expandc_layout *created = malloc(sizeof *created);
  if (!created) {
    dnnl_memory_desc_destroy(descriptor);
    return EXPANDC_OUT_OF_MEMORY;
  }
  created->descriptor = descriptor;
  *layout = created;
  return EXPANDC_OK;
}

static expandc_status finish(
    dnnl_status_t status, dnnl_memory_desc_t descriptor, expandc_layout **layout) {
  return status == dnnl_success ? expandc_layout_take(descriptor, layout)
                                : expandc_status_of(status);
}

static void copy(int rank, const int64_t *values, dnnl_dims_t dims) {
  memset(dims, 0, sizeof(dnnl_dims_t));
  memcpy(dims, values, (size_t)rank * sizeof *values);
}

// The bytes that the shape spans must be countable, or oneDNN's own products overflow.
static bool is_countable(int rank, const int64_t *shape, const int64_t *strides) {
  if (rank < 1 || rank > EXPANDC_MAXIMUM_RANK) return false;
  int64_t count = sizeof(float);
  for (int axis = 0; axis < rank; ++axis) {
    if (shape[axis] < 0) return false;
    if (shape[axis] > 1 && __builtin_mul_overflow(count, shape[axis], &count)) return false;
  }
  int64_t last = 0;
  for (int axis = 0; strides && axis < rank; ++axis) {
    int64_t step;
    if (strides[axis] < 0) return false;
    if (shape[axis] == 0) continue;
    if (__builtin_mul_overflow(strides[axis], (shape[axis] - 1) * (int64_t)sizeof(float), &step)
        || __builtin_add_overflow(last, step, &last))
      return false;
  }
  return true;
}

expandc_status expandc_layout_create(
    int rank, const int64_t *shape, const int64_t *strides, expandc_layout **layout) {
  if (!is_countable(rank, shape, strides)) return EXPANDC_INVALID;
  dnnl_dims_t dims, steps;
  copy(rank, shape, dims);
  if (strides) {
    copy(rank, strides, steps);
  } else {
    int64_t step = 1;
    for (int axis = rank - 1; axis >= 0; --axis) {
      steps[axis] = step;
      if (shape[axis] > 1) step *= shape[axis];
    }
  }
  dnnl_memory_desc_t descriptor = NULL;
  dnnl_status_t status
      = dnnl_memory_desc_create_with_strides(&descriptor, rank, dims, dnnl_f32, steps);
  return finish(status, descriptor, layout);
}

expandc_status expandc_layout_create_any(
    int rank, const int64_t *shape, expandc_layout **layout) {
  if (!is_countable(rank, shape, NULL)) return EXPANDC_INVALID;
  dnnl_dims_t dims;
  copy(rank, shape, dims);
  dnnl_memory_desc_t descriptor = NULL;
  dnnl_status_t status
      = dnnl_memory_desc_create_with_tag(&descriptor, rank, dims, dnnl_f32, dnnl_format_tag_any);
  return finish(status, descriptor, layout);
}

expandc_status expandc_layout_create_blocked(
    int rank, const int64_t *shape, int width, expandc_layout **layout) {
  static const dnnl_format_tag_t tags[][2] = {
      {dnnl_aBc8b, dnnl_aBc16b}, {dnnl_aBcd8b, dnnl_aBcd16b}, {dnnl_aBcde8b, dnnl_aBcde16b}};
  bool is_known = rank >= 3 && rank <= 5 && (width == 8 || width == 16);
  if (!is_known || !is_countable(rank, shape, NULL)) return EXPANDC_INVALID;
  dnnl_dims_t dims;
  copy(rank, shape, dims);
  dnnl_memory_desc_t descriptor = NULL;
  dnnl_status_t status = dnnl_memory_desc_create_with_tag(
      &descriptor, rank, dims, dnnl_f32, tags[rank - 3][width == 16]);
  return finish(status, descriptor, layout);
}

expandc_status expandc_layout_submemory(
    const expandc_layout *parent, const int64_t *offsets, const int64_t *extents,
    expandc_layout **layout) {
  int rank = expandc_layout_rank(parent);
  dnnl_dims_t starts, dims;
  copy(rank, offsets, starts);
  copy(rank, extents, dims);
  dnnl_memory_desc_t descriptor = NULL;
  dnnl_status_t status
      = dnnl_memory_desc_create_submemory(&descriptor, parent->descriptor, dims, starts);
  return finish(status, descriptor, layout);
}

expandc_status expandc_layout_permute(
    const expandc_layout *layout, const int *axes, expandc_layout **result) {
  int rank = expandc_layout_rank(layout);
  // oneDNN asks where each axis goes, this face where each comes from.
  int destinations[EXPANDC_MAXIMUM_RANK];
  for (int axis = 0; axis < rank; ++axis) destinations[axis] = -1;
  for (int axis = 0; axis < rank; ++axis) {
    if (axes[axis] < 0 || axes[axis] >= rank) return EXPANDC_INVALID;
    destinations[axes[axis]] = axis;
  }
  dnnl_memory_desc_t descriptor = NULL;
  dnnl_status_t status
      = dnnl_memory_desc_permute_axes(&descriptor, layout->descriptor, destinations);
  return finish(status, descriptor, result);
}

expandc_status expandc_layout_reshape(
    const expandc_layout *layout, int rank, const int64_t *shape, expandc_layout **result) {
  if (!is_countable(rank, shape, NULL)) return EXPANDC_INVALID;
  dnnl_dims_t dims;
  copy(rank, shape, dims);
  dnnl_memory_desc_t descriptor = NULL;
  dnnl_status_t status = dnnl_memory_desc_reshape(&descriptor, layout->descriptor, rank, dims);
  return finish(status, descriptor, result);
}

void expandc_layout_destroy(expandc_layout *layout) {
  dnnl_memory_desc_destroy(layout->descriptor);
  free(layout);
}
