#include "CMatrixProduct.h"
#include "elements.h"
#include "processors.h"

#include <math.h>

// A few rows of A meet a few columns of S while the sums stay in registers; columns come in blocks
// that stay in cache while all rows pass by.
enum { LANES = 8, TILE_ROWS = 2, TILE_COLUMNS = 4, BLOCK = 512 };

typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));
typedef float float_lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef int64_t lane_bits __attribute__((vector_size(LANES * sizeof(int64_t))));

struct rows {
  const char *start;
  size_t stride;
  enum matrix_element element;
  int is_signed;
};

// With constant arguments but the addresses and `inner`: one loop for each kind of tile.
__attribute__((always_inline)) static inline void multiply_tile(
    size_t height, size_t width, struct rows a, size_t inner, const double *x, size_t x_stride,
    double *s, size_t s_stride) {
  lanes sums[TILE_ROWS][TILE_COLUMNS] = {{{0}}};
  size_t size = size_of(a.element);
  size_t k = 0;
  for (; k + LANES <= inner; k += LANES) {
    lanes left[TILE_ROWS];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < height; r++) {
      const char *source = a.start + (r * a.stride + k) * size;
      if (a.element == MATRIX_OF_DOUBLES) {
        memcpy(&left[r], source, sizeof left[r]);
      } else {
        float_lanes floats;
        memcpy(&floats, source, sizeof floats);
        left[r] = __builtin_convertvector(floats, lanes);
      }
      if (!a.is_signed) left[r] = (lanes)((lane_bits)left[r] & INT64_MAX);
    }
#pragma clang loop unroll(full)
    for (size_t c = 0; c < width; c++) {
      lanes right;
      memcpy(&right, x + c * x_stride + k, sizeof right);
#pragma clang loop unroll(full)
      for (size_t r = 0; r < height; r++) sums[r][c] += left[r] * right;
    }
  }
  for (size_t r = 0; r < height; r++) {
    for (size_t c = 0; c < width; c++) {
      lanes sum = sums[r][c];
      double total = 0;
      if (k > 0)
        total = ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
      for (size_t rest = k; rest < inner; rest++) {
        double left = number(a.start + (r * a.stride + rest) * size, a.element);
        total += (a.is_signed ? left : fabs(left)) * x[c * x_stride + rest];
      }
      s[r * s_stride + c] += total;
    }
  }
}

__attribute__((always_inline)) static inline void multiply_columns(
    size_t rows, size_t width, struct rows a, size_t inner, const double *x, size_t x_stride,
    double *s, size_t s_stride) {
  size_t step = a.stride * size_of(a.element);
  size_t r = 0;
  for (; r + TILE_ROWS <= rows; r += TILE_ROWS) {
    multiply_tile(TILE_ROWS, width, a, inner, x, x_stride, s + r * s_stride, s_stride);
    a.start += TILE_ROWS * step;
  }
  for (; r < rows; r++) {
    multiply_tile(1, width, a, inner, x, x_stride, s + r * s_stride, s_stride);
    a.start += step;
  }
}

__attribute__((always_inline)) static inline void multiply_block(
    size_t rows, size_t columns, struct rows a, size_t inner, const double *x, size_t x_stride,
    double *s, size_t s_stride) {
  size_t c = 0;
  for (; c + TILE_COLUMNS <= columns; c += TILE_COLUMNS)
    multiply_columns(rows, TILE_COLUMNS, a, inner, x + c * x_stride, x_stride, s + c, s_stride);
  for (; c + 2 <= columns; c += 2)
    multiply_columns(rows, 2, a, inner, x + c * x_stride, x_stride, s + c, s_stride);
  for (; c < columns; c++)
    multiply_columns(rows, 1, a, inner, x + c * x_stride, x_stride, s + c, s_stride);
}

__attribute__((always_inline)) static inline void multiply_all(
    size_t rows, size_t inner, const char *a, enum matrix_element element, size_t columns,
    size_t signed_columns, const double *x, double *s) {
  for (size_t k = 0; k < inner; k += BLOCK) {
    size_t width = inner - k < BLOCK ? inner - k : BLOCK;
    const char *start = a + k * size_of(element);
    multiply_block(
        rows, signed_columns, (struct rows){start, inner, element, 1}, width, x + k, inner, s,
        columns);
    multiply_block(
        rows, columns - signed_columns, (struct rows){start, inner, element, 0}, width,
        x + signed_columns * inner + k, inner, s + signed_columns, columns);
  }
}

FOR_EACH_PROCESSOR
void row_products_accumulate(
    size_t rows, size_t inner, const void *a, enum matrix_element a_element, size_t columns,
    size_t signed_columns, const double *x, double *s) {
  if (a_element == MATRIX_OF_DOUBLES)
    multiply_all(rows, inner, a, MATRIX_OF_DOUBLES, columns, signed_columns, x, s);
  else
    multiply_all(rows, inner, a, MATRIX_OF_FLOATS, columns, signed_columns, x, s);
}
