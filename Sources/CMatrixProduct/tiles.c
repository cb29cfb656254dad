#include "panels.h"
#include "processors.h"

#include <string.h>

typedef double lanes __attribute__((vector_size(8 * sizeof(double))));
typedef double few_lanes __attribute__((vector_size(4 * sizeof(double))));

// `columns` columns of a tile, in vectors of one type: all sums stay in registers where there are
// TILE_ROWS · columns / lanes of them and a few more.
#define ADD_TILE(NAME, VECTOR, COLUMNS)                                                         \
  __attribute__((always_inline)) static inline void NAME(                                       \
      size_t depth, const double *restrict left, const double *restrict right,                  \
      double *restrict tile) {                                                                  \
    enum { LANES = sizeof(VECTOR) / sizeof(double), VECTORS = COLUMNS / LANES };                \
    VECTOR sums[TILE_ROWS][VECTORS] = {{{0}}};                                                  \
    for (size_t k = 0; k < depth; k++) {                                                        \
      VECTOR row[VECTORS];                                                                      \
      memcpy(row, right + k * TILE_COLUMNS, sizeof row);                                        \
      _Pragma("clang loop unroll(full)") for (size_t r = 0; r < TILE_ROWS; r++) {               \
        double factor = left[k * TILE_ROWS + r];                                                \
        _Pragma("clang loop unroll(full)") for (size_t v = 0; v < VECTORS; v++)                 \
          sums[r][v] += factor * row[v];                                                        \
      }                                                                                         \
    }                                                                                           \
    _Pragma("clang loop unroll(full)") for (size_t r = 0; r < TILE_ROWS; r++) {                 \
      _Pragma("clang loop unroll(full)") for (size_t v = 0; v < VECTORS; v++) {                 \
        VECTOR sum;                                                                             \
        memcpy(&sum, tile + r * TILE_COLUMNS + v * LANES, sizeof sum);                          \
        sum += sums[r][v];                                                                      \
        memcpy(tile + r * TILE_COLUMNS + v * LANES, &sum, sizeof sum);                          \
      }                                                                                         \
    }                                                                                           \
  }

// For 32 registers of 512 bits, and for 16 of 256.
enum { FEW_COLUMNS = 8 };
ADD_TILE(add_to_tile, lanes, TILE_COLUMNS)
ADD_TILE(add_to_few_columns, few_lanes, FEW_COLUMNS)

static int has_wide_registers(void) {
#if defined(__x86_64__) && defined(__linux__)
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq")
      && __builtin_cpu_supports("avx512vl");
#else
  return 0;
#endif
}

enum { CACHE_LINE = 64 };

static inline void fetch(struct upcoming next, size_t share, size_t shares) {
  for (size_t row = next.rows * share / shares; row < next.rows * (share + 1) / shares; row++)
    for (size_t byte = 0; byte < next.bytes; byte += CACHE_LINE)
      __builtin_prefetch(next.start + row * next.stride + byte, 0, 2);
}

FOR_EACH_PROCESSOR
static void add_products_in_registers(
    int are_wide, size_t row_panels, size_t column_panels, size_t depth, const double *left,
    const double *right, double *tiles, struct upcoming next) {
  for (size_t i = 0; i < row_panels; i++, left += depth * TILE_ROWS) {
    fetch(next, i, row_panels);
    for (size_t j = 0; j < column_panels; j++, tiles += TILE) {
      const double *panel = right + j * depth * TILE_COLUMNS;
      if (are_wide) {
        add_to_tile(depth, left, panel, tiles);
      } else {
        for (size_t c = 0; c < TILE_COLUMNS; c += FEW_COLUMNS)
          add_to_few_columns(depth, left, panel + c, tiles + c);
      }
    }
  }
}

void add_products(
    size_t row_panels, size_t column_panels, size_t depth, const double *left, const double *right,
    double *tiles, struct upcoming next) {
  add_products_in_registers(
      has_wide_registers(), row_panels, column_panels, depth, left, right, tiles, next);
}
