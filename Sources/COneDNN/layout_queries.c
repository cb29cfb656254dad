// What a layout says of itself.

#include "internal.h"

#include <string.h>

// What oneDNN tells of a descriptor. `strides`, in elements, are those between blocks; NULL where
// the layout is undecided or opaque.
typedef struct facts {
  int rank;
  const int64_t *extents, *padded, *strides;
  int64_t offset;
  int block_count;
  const int64_t *blocks, *block_axes;
} facts;

static const int64_t *dims(const expandc_layout *layout, dnnl_query_t what) {
  const dnnl_dims_t *found = NULL;
  dnnl_status_t status = dnnl_memory_desc_query(layout->descriptor, what, &found);
  return status == dnnl_success && found ? *found : NULL;
}

static facts facts_of(const expandc_layout *layout) {
  facts result = {0};
  result.rank = expandc_layout_rank(layout);
  result.extents = dims(layout, dnnl_query_dims);
  result.padded = dims(layout, dnnl_query_padded_dims);
  result.strides = dims(layout, dnnl_query_strides);
  dnnl_memory_desc_query(layout->descriptor, dnnl_query_submemory_offset_s64, &result.offset);
  if (!result.strides) return result;
  dnnl_memory_desc_query(layout->descriptor, dnnl_query_inner_nblks_s32, &result.block_count);
  result.blocks = dims(layout, dnnl_query_inner_blks);
  result.block_axes = dims(layout, dnnl_query_inner_idxs);
  return result;
}

bool expandc_layout_equal(const expandc_layout *a, const expandc_layout *b) {
  return dnnl_memory_desc_equal(a->descriptor, b->descriptor) != 0;
}

// The strides of a layout without padding that has no blocks, or one that holds a whole axis.
static bool element_strides(const facts *facts, int64_t *strides) {
  if (!facts->strides || facts->block_count > 1) return false;
  for (int axis = 0; axis < facts->rank; ++axis) {
    if (facts->padded[axis] != facts->extents[axis]) return false;
    strides[axis] = facts->strides[axis];
  }
  if (facts->block_count == 0) return true;
  int64_t axis = facts->block_axes[0];
  strides[axis] = 1;
  return facts->blocks[0] == facts->extents[axis];
}

bool expandc_layout_same_bytes(const expandc_layout *a, const expandc_layout *b) {
  facts first = facts_of(a), second = facts_of(b);
  dnnl_dims_t one, other;
  if (first.rank != second.rank || first.offset != second.offset) return false;
  if (!element_strides(&first, one) || !element_strides(&second, other)) return false;
  for (int axis = 0; axis < first.rank; ++axis) {
    if (first.extents[axis] != second.extents[axis]) return false;
    if (first.extents[axis] > 1 && one[axis] != other[axis]) return false;
  }
  return true;
}

bool expandc_layout_is_any(const expandc_layout *layout) {
  dnnl_format_kind_t kind = dnnl_format_kind_undef;
  dnnl_memory_desc_query(layout->descriptor, dnnl_query_format_kind, &kind);
  return kind == dnnl_format_kind_any;
}

int expandc_layout_rank(const expandc_layout *layout) {
  int rank = 0;
  dnnl_memory_desc_query(layout->descriptor, dnnl_query_ndims_s32, &rank);
  return rank;
}

void expandc_layout_shape(const expandc_layout *layout, int64_t *shape) {
  facts facts = facts_of(layout);
  memcpy(shape, facts.extents, (size_t)facts.rank * sizeof *shape);
}

bool expandc_layout_strides(const expandc_layout *layout, int64_t *strides) {
  facts facts = facts_of(layout);
  if (!facts.strides || facts.block_count != 0) return false;
  memcpy(strides, facts.strides, (size_t)facts.rank * sizeof *strides);
  return true;
}

bool expandc_layout_is_plain(const expandc_layout *layout) {
  facts facts = facts_of(layout);
  if (!facts.strides || facts.block_count != 0 || facts.offset != 0) return false;
  int64_t step = 1;
  for (int axis = facts.rank - 1; axis >= 0; --axis) {
    if (facts.padded[axis] != facts.extents[axis]) return false;
    if (facts.extents[axis] == 1) continue;
    if (facts.strides[axis] != step && facts.extents[axis] != 0) return false;
    step *= facts.extents[axis];
  }
  return true;
}

// oneDNN gives 0 for a view that doesn't start at its parent's first element, so it is asked only
// about other layouts. A view ends with its last block:
//   offset + sum over axes of (padded / block - 1) * stride + product of all blocks.
size_t expandc_layout_byte_count(const expandc_layout *layout) {
  facts facts = facts_of(layout);
  if (!facts.strides || (facts.block_count != 0 && facts.offset == 0))
    return dnnl_memory_desc_get_size(layout->descriptor);
  int64_t axis_block[EXPANDC_MAXIMUM_RANK], block = 1;
  for (int axis = 0; axis < facts.rank; ++axis) axis_block[axis] = 1;
  for (int index = 0; index < facts.block_count; ++index) {
    axis_block[facts.block_axes[index]] *= facts.blocks[index];
    block *= facts.blocks[index];
  }
  int64_t end = facts.offset + block;
  for (int axis = 0; axis < facts.rank; ++axis) {
    if (facts.extents[axis] == 0) return 0;
    end += (facts.padded[axis] / axis_block[axis] - 1) * facts.strides[axis];
  }
  return (size_t)end * sizeof(float);
}
