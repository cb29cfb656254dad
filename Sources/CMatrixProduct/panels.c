#include "panels.h"

#include "elements.h"
#include "processors.h"

// Rows of all taps' matrices on the left; `rows` is constant in each call, but at the end.
__attribute__((always_inline)) static inline void pack_rows(
    size_t rows, size_t depth, size_t taps, const char *source, enum matrix_element element,
    const struct tap_matrices *left, double *target, size_t apart) {
  size_t size = size_of(element);
  for (size_t k = 0; k < depth; k++) {
    for (size_t tap = 0; tap < taps; tap++) {
      const char *from = source + (k * left->column_stride + tap * left->tap_stride) * size;
      double *to = target + tap * apart + k * TILE_ROWS;
#pragma clang loop unroll(full)
      for (size_t r = 0; r < TILE_ROWS; r++)
        to[r] = r < rows ? number(from + r * left->row_stride * size, element) : 0;
    }
  }
}

FOR_EACH_PROCESSOR
void kernel_product_pack(
    const struct kernel_product *shape, const struct tap_matrices *left, size_t first,
    size_t row_panels, size_t panel, double *packed) {
  size_t size = size_of(left->element);
  size_t row = (first + panel) * TILE_ROWS;
  size_t rows = least(shape->rows - row, TILE_ROWS);
  size_t apart = row_panels * TILE_ROWS * shape->inner;
  for (size_t k = 0; k < shape->inner; k += DEPTH) {
    size_t depth = least(shape->inner - k, DEPTH);
    const char *source =
        (const char *)left->start + (row * left->row_stride + k * left->column_stride) * size;
    double *target = packed + (k * row_panels + panel * depth) * TILE_ROWS;
    size_t taps = shape->left_taps;
    if (rows < TILE_ROWS)
      pack_rows(rows, depth, taps, source, left->element, left, target, apart);
    else if (left->element == MATRIX_OF_DOUBLES)
      pack_rows(TILE_ROWS, depth, taps, source, MATRIX_OF_DOUBLES, left, target, apart);
    else
      pack_rows(TILE_ROWS, depth, taps, source, MATRIX_OF_FLOATS, left, target, apart);
  }
}

// A whole row of a panel, whose columns are neighbours.
__attribute__((always_inline)) static inline void pack_neighbours(
    const char *source, enum matrix_element element, double *target) {
  if (element == MATRIX_OF_DOUBLES) {
    memcpy(target, source, TILE_COLUMNS * sizeof(double));
  } else {
    float floats[TILE_COLUMNS];
    memcpy(floats, source, sizeof floats);
    for (size_t j = 0; j < TILE_COLUMNS; j++) target[j] = floats[j];
  }
}

static inline const char *place(
    const struct tap_matrices *right, size_t tap, size_t row, size_t column) {
  size_t numbers =
      tap * right->tap_stride + row * right->row_stride + column * right->column_stride;
  return (const char *)right->start + numbers * size_of(right->element);
}

struct upcoming columns_to_pack(
    const struct tap_matrices *right, size_t tap, size_t row, size_t depth, size_t column,
    size_t columns) {
  // Columns that are not neighbours share their cache lines with the taps and rows next to them.
  size_t size = size_of(right->element);
  return (struct upcoming){
    .start = place(right, tap, row, column), .rows = depth,
    .bytes = right->column_stride == 1 ? columns * size : 0, .stride = right->row_stride * size};
}

FOR_EACH_PROCESSOR
void pack_columns(
    const struct tap_matrices *right, size_t tap, size_t row, size_t depth, size_t column,
    size_t columns, double *panels) {
  size_t size = size_of(right->element);
  const char *source = place(right, tap, row, column);
  for (size_t k = 0; k < depth; k++, source += right->row_stride * size) {
    for (size_t j = 0; j < columns; j += TILE_COLUMNS) {
      size_t width = least(columns - j, TILE_COLUMNS);
      const char *from = source + j * right->column_stride * size;
      double *to = panels + j * depth + k * TILE_COLUMNS;
      if (width < TILE_COLUMNS || right->column_stride != 1) {
        for (size_t c = 0; c < TILE_COLUMNS; c++)
          to[c] = c < width ? number(from + c * right->column_stride * size, right->element) : 0;
      } else if (right->element == MATRIX_OF_DOUBLES) {
        pack_neighbours(from, MATRIX_OF_DOUBLES, to);
      } else {
        pack_neighbours(from, MATRIX_OF_FLOATS, to);
      }
    }
  }
}
