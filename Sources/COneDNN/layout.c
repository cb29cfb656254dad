#include "internal.h"

#include <stdlib.h>
#include <string.h>

const dnnl_memory_desc_t *expandc_descriptor(const expandc_layout *layout) {
  return layout ? &layout->descriptor : NULL;
}

static expandc_status finish(
    dnnl_status_t status, const dnnl_memory_desc_t *descriptor, expandc_layout **layout) {
  if (status != dnnl_success) return expandc_status_of(status);
  expandc_layout *created = malloc(sizeof *created);
  if (!created) return EXPANDC_OUT_OF_MEMORY;
  created->descriptor = *descriptor;
  *layout = created;
  return EXPANDC_OK;
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
  dnnl_memory_desc_t descriptor;
  dnnl_status_t status
      = dnnl_memory_desc_init_by_strides(&descriptor, rank, dims, dnnl_f32, steps);
  return finish(status, &descriptor, layout);
}

expandc_status expandc_layout_create_any(
    int rank, const int64_t *shape, expandc_layout **layout) {
  if (!is_countable(rank, shape, NULL)) return EXPANDC_INVALID;
  dnnl_dims_t dims;
  copy(rank, shape, dims);
  dnnl_memory_desc_t descriptor;
  dnnl_status_t status
      = dnnl_memory_desc_init_by_tag(&descriptor, rank, dims, dnnl_f32, dnnl_format_tag_any);
  return finish(status, &descriptor, layout);
}

expandc_status expandc_layout_submemory(
    const expandc_layout *parent, const int64_t *offsets, const int64_t *extents,
    expandc_layout **layout) {
  int rank = parent->descriptor.ndims;
  dnnl_dims_t starts, dims;
  copy(rank, offsets, starts);
  copy(rank, extents, dims);
  dnnl_memory_desc_t descriptor;
  dnnl_status_t status
      = dnnl_memory_desc_init_submemory(&descriptor, &parent->descriptor, dims, starts);
  return finish(status, &descriptor, layout);
}

expandc_status expandc_layout_permute(
    const expandc_layout *layout, const int *axes, expandc_layout **result) {
  int rank = layout->descriptor.ndims;
  // oneDNN asks where each axis goes, this face where each comes from.
  int destinations[EXPANDC_MAXIMUM_RANK];
  for (int axis = 0; axis < rank; ++axis) destinations[axis] = -1;
  for (int axis = 0; axis < rank; ++axis) {
    if (axes[axis] < 0 || axes[axis] >= rank) return EXPANDC_INVALID;
    destinations[axes[axis]] = axis;
  }
  dnnl_memory_desc_t descriptor;
  dnnl_status_t status
      = dnnl_memory_desc_permute_axes(&descriptor, &layout->descriptor, destinations);
  return finish(status, &descriptor, result);
}

expandc_status expandc_layout_reshape(
    const expandc_layout *layout, int rank, const int64_t *shape, expandc_layout **result) {
  if (!is_countable(rank, shape, NULL)) return EXPANDC_INVALID;
  dnnl_dims_t dims;
  copy(rank, shape, dims);
  dnnl_memory_desc_t descriptor;
  dnnl_status_t status = dnnl_memory_desc_reshape(&descriptor, &layout->descriptor, rank, dims);
  return finish(status, &descriptor, result);
}

void expandc_layout_destroy(expandc_layout *layout) { free(layout); }

bool expandc_layout_equal(const expandc_layout *a, const expandc_layout *b) {
  return dnnl_memory_desc_equal(&a->descriptor, &b->descriptor) != 0;
}

bool expandc_layout_is_any(const expandc_layout *layout) {
  return layout->descriptor.format_kind == dnnl_format_kind_any;
}

bool expandc_layout_strides(const expandc_layout *layout, int64_t *strides) {
  const dnnl_memory_desc_t *descriptor = &layout->descriptor;
  if (descriptor->format_kind != dnnl_blocked || descriptor->extra.flags != 0) return false;
  const dnnl_blocking_desc_t *blocking = &descriptor->format_desc.blocking;
  if (blocking->inner_nblks != 0) return false;
  memcpy(strides, blocking->strides, (size_t)descriptor->ndims * sizeof *strides);
  return true;
}

bool expandc_layout_is_plain(const expandc_layout *layout) {
  const dnnl_memory_desc_t *descriptor = &layout->descriptor;
  int64_t strides[EXPANDC_MAXIMUM_RANK], step = 1;
  if (!expandc_layout_strides(layout, strides) || descriptor->offset0 != 0) return false;
  for (int axis = descriptor->ndims - 1; axis >= 0; --axis) {
    if (descriptor->padded_dims[axis] != descriptor->dims[axis]) return false;
    if (descriptor->dims[axis] == 1) continue;
    if (strides[axis] != step && descriptor->dims[axis] != 0) return false;
    step *= descriptor->dims[axis];
  }
  return true;
}

size_t expandc_layout_byte_count(const expandc_layout *layout) {
  dnnl_memory_desc_t descriptor = layout->descriptor;
  if (descriptor.format_kind == dnnl_format_kind_any) return 0;
  int64_t strides[EXPANDC_MAXIMUM_RANK];
  if (expandc_layout_strides(layout, strides)) {
    int64_t last = descriptor.offset0;
    for (int axis = 0; axis < descriptor.ndims; ++axis) {
      if (descriptor.dims[axis] == 0) return 0;
      last += (descriptor.padded_dims[axis] - 1) * strides[axis];
    }
    return (size_t)(last + 1) * dnnl_data_type_size(descriptor.data_type);
  }
  // oneDNN gives 0 for a view that doesn't start at its parent's first element.
  size_t skipped = (size_t)descriptor.offset0 * sizeof(float);
  descriptor.offset0 = 0;
  size_t size = dnnl_memory_desc_get_size(&descriptor);
  return size == 0 ? 0 : size + skipped;
}

int expandc_layout_rank(const expandc_layout *layout) { return layout->descriptor.ndims; }

void expandc_layout_shape(const expandc_layout *layout, int64_t *shape) {
  memcpy(shape, layout->descriptor.dims, (size_t)layout->descriptor.ndims * sizeof *shape);
}
