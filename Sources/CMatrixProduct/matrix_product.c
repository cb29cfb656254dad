#include "CMatrixProduct.h"
#include "processors.h"

#include <string.h>

// A tile of C stays in registers while a panel of B, of so many columns and rows, stays in cache.
enum { TILE_ROWS = 6, PANEL_COLUMNS = 16, PANEL_ROWS = 256 };

size_t matrix_product_room(void) { return PANEL_ROWS * PANEL_COLUMNS; }

FOR_EACH_PROCESSOR
static void multiply_panel(
    size_t rows, size_t inner, const double *restrict a, size_t a_stride,
    const double *restrict panel, size_t width, double *restrict c, size_t c_stride) {
  size_t i = 0;
  for (; i + TILE_ROWS <= rows; i += TILE_ROWS) {
    double tile[TILE_ROWS][PANEL_COLUMNS] = {{0}};
    for (size_t k = 0; k < inner; k++) {
      const double *row = panel + k * PANEL_COLUMNS;
#pragma clang loop unroll(full)
      for (size_t r = 0; r < TILE_ROWS; r++) {
        double factor = a[(i + r) * a_stride + k];
#pragma clang loop vectorize(enable)
        for (size_t j = 0; j < PANEL_COLUMNS; j++) tile[r][j] += factor * row[j];
      }
    }
    for (size_t r = 0; r < TILE_ROWS; r++)
      for (size_t j = 0; j < width; j++) c[(i + r) * c_stride + j] += tile[r][j];
  }
  for (; i < rows; i++) {
    double tile[PANEL_COLUMNS] = {0};
    for (size_t k = 0; k < inner; k++) {
      double factor = a[i * a_stride + k];
      for (size_t j = 0; j < PANEL_COLUMNS; j++) tile[j] += factor * panel[k * PANEL_COLUMNS + j];
    }
    for (size_t j = 0; j < width; j++) c[i * c_stride + j] += tile[j];
  }
}

// A row of a panel from a row of B; the rest of the panel's row becomes zeros. Tensors in files may
// lie at any address, so that a float is copied before it is read.
FOR_EACH_PROCESSOR
static void pack_row(const char *source, enum matrix_element element, size_t width, double *target) {
  if (element == MATRIX_OF_DOUBLES) {
    memcpy(target, source, width * sizeof(double));
  } else {
    for (size_t j = 0; j < width; j++) {
      float number;
      memcpy(&number, source + j * sizeof number, sizeof number);
      target[j] = number;
    }
  }
  memset(target + width, 0, (PANEL_COLUMNS - width) * sizeof(double));
}

void matrix_product_accumulate(
    size_t rows, size_t inner, size_t columns, const double *a, size_t a_stride, const void *b,
    enum matrix_element element, size_t b_stride, double *c, size_t c_stride, double *room) {
  size_t size = element == MATRIX_OF_DOUBLES ? sizeof(double) : sizeof(float);
  for (size_t k = 0; k < inner; k += PANEL_ROWS) {
    size_t height = inner - k < PANEL_ROWS ? inner - k : PANEL_ROWS;
    for (size_t j = 0; j < columns; j += PANEL_COLUMNS) {
      size_t width = columns - j < PANEL_COLUMNS ? columns - j : PANEL_COLUMNS;
      for (size_t row = 0; row < height; row++) {
        const char *source = (const char *)b + ((k + row) * b_stride + j) * size;
        pack_row(source, element, width, room + row * PANEL_COLUMNS);
      }
      multiply_panel(rows, height, a + k, a_stride, room, width, c + j, c_stride);
    }
  }
}

FOR_EACH_PROCESSOR
void rotate_rows(double *rows, const struct row_rotation *rotations, size_t count) {
#pragma clang fp contract(off)
  for (size_t i = 0; i < count; i++) {
    double *restrict first = rows + (size_t)rotations[i].first * ROTATED_COLUMNS;
    double *restrict second = rows + (size_t)rotations[i].second * ROTATED_COLUMNS;
    double c = rotations[i].cosine, s = rotations[i].sine;
#pragma clang loop vectorize(enable)
    for (size_t j = 0; j < ROTATED_COLUMNS; j++) {
      double x = first[j], y = second[j];
      first[j] = c * x + s * y;
      second[j] = c * y - s * x;
    }
  }
}

FOR_EACH_PROCESSOR
void round_rows(
    const double *rows, size_t count, size_t columns, float *target, size_t stride) {
  for (size_t i = 0; i < count; i++, rows += ROTATED_COLUMNS, target += stride) {
    if (columns == ROTATED_COLUMNS) {
#pragma clang loop vectorize(enable)
      for (size_t j = 0; j < ROTATED_COLUMNS; j++) target[j] = (float)rows[j];
    } else {
      for (size_t j = 0; j < columns; j++) target[j] = (float)rows[j];
    }
  }
}
