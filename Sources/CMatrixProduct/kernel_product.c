#include "panels.h"

#include <string.h>

size_t kernel_product_panels(size_t rows) { return pieces(rows, TILE_ROWS); }

size_t kernel_product_packed(const struct kernel_product *shape, size_t row_panels) {
  return shape->left_taps * row_panels * TILE_ROWS * shape->inner;
}

size_t kernel_product_room(
    const struct kernel_product *shape, size_t row_panels, size_t columns) {
  return pieces(columns, TILE_COLUMNS)
      * (shape->target_taps * row_panels * TILE + least(shape->inner, DEPTH) * TILE_COLUMNS);
}

// The sums of all taps of some rows, from their tiles.
static void write_tiles(
    const struct kernel_product *shape, const double *tiles, size_t first, size_t row_panels,
    size_t column, size_t columns, const struct tap_targets *target) {
  size_t column_panels = pieces(columns, TILE_COLUMNS);
  size_t apart = row_panels * column_panels * TILE;
  size_t rows = least(shape->rows - first * TILE_ROWS, row_panels * TILE_ROWS);
  for (size_t row = 0; row < rows; row++) {
    double *to = target->start + (first * TILE_ROWS + row) * target->row_stride
        + column * target->column_stride;
    for (size_t j = 0; j < columns; j += TILE_COLUMNS, to += TILE_COLUMNS * target->column_stride) {
      size_t width = least(columns - j, TILE_COLUMNS);
      const double *sums = tiles + row / TILE_ROWS * column_panels * TILE + j * TILE_ROWS
          + row % TILE_ROWS * TILE_COLUMNS;
      if (target->column_stride == 1) {
        for (size_t tap = 0; tap < shape->target_taps; tap++)
          memcpy(to + tap * target->tap_stride, sums + tap * apart, width * sizeof(double));
      } else {
        for (size_t c = 0; c < width; c++)
          for (size_t tap = 0; tap < shape->target_taps; tap++)
            to[c * target->column_stride + tap * target->tap_stride] = sums[tap * apart + c];
      }
    }
  }
}

// What is packed after the rows from `k` for the products from `start`: the next rows, those of the
// next tap, or the first ones of the columns beside these, which the same core mostly turns to.
static struct upcoming following(
    const struct kernel_product *shape, const struct tap_matrices *right, size_t start, size_t end,
    size_t k, size_t column, size_t columns) {
  size_t row = k + DEPTH < shape->inner ? k + DEPTH : 0;
  size_t next = row > 0 ? start : end;
  if (next == shape->product_count) {
    next = 0;
    column += columns;
  }
  return columns_to_pack(
      right, shape->products[next].right, row, least(shape->inner - row, DEPTH), column,
      least(columns, shape->columns - column));
}

void kernel_product_write(
    const struct kernel_product *shape, const double *packed, size_t first_packed,
    size_t row_panels_packed, size_t first, size_t row_panels, const struct tap_matrices *right,
    size_t column, size_t columns, const struct tap_targets *target, double *room) {
  size_t column_panels = pieces(columns, TILE_COLUMNS);
  size_t apart = row_panels * column_panels * TILE;
  double *panels = room + shape->target_taps * apart;
  memset(room, 0, shape->target_taps * apart * sizeof(double));
  for (size_t start = 0, end = 0; start < shape->product_count; start = end) {
    size_t tap = shape->products[start].right;
    while (end < shape->product_count && shape->products[end].right == tap) end++;
    for (size_t k = 0; k < shape->inner; k += DEPTH) {
      size_t depth = least(shape->inner - k, DEPTH);
      pack_columns(right, tap, k, depth, column, columns, panels);
      struct upcoming next = following(shape, right, start, end, k, column, columns);
      for (size_t i = start; i < end; i++) {
        const struct tap_product *product = &shape->products[i];
        const double *left = packed
            + ((product->left * shape->inner + k) * row_panels_packed
               + (first - first_packed) * depth) * TILE_ROWS;
        add_products(
            row_panels, column_panels, depth, left, panels, room + product->target * apart,
            i == start ? next : (struct upcoming){0});
      }
    }
  }
  write_tiles(shape, room, first, row_panels, column, columns, target);
}
