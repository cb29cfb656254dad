#ifndef PANELS_H
#define PANELS_H

#include "CMatrixProduct.h"

// Tiles of TILE_ROWS × TILE_COLUMNS sums stay in registers while a panel of the left matrix, of
// TILE_ROWS numbers after each other, meets one of the right, of TILE_COLUMNS. Panels are DEPTH long,
// so that a left one stays in the nearest cache while the right ones of a strip pass by, and those
// in the next.
enum { TILE_ROWS = 4, TILE_COLUMNS = 32, TILE = TILE_ROWS * TILE_COLUMNS, DEPTH = 256 };

static inline size_t least(size_t a, size_t b) { return a < b ? a : b; }

static inline size_t pieces(size_t count, size_t size) { return (count + size - 1) / size; }

// Columns of one tap's matrix on the right, `depth` rows of them: a panel of TILE_COLUMNS each, with
// zeros beyond the last column.
void pack_columns(
    const struct tap_matrices *right, size_t tap, size_t row, size_t depth, size_t column,
    size_t columns, double *panels);

// Memory that will be read soon: some rows of so many bytes.
struct upcoming {
  const char *start;
  size_t rows, bytes, stride;
};

// What `pack_columns` reads.
struct upcoming columns_to_pack(
    const struct tap_matrices *right, size_t tap, size_t row, size_t depth, size_t column,
    size_t columns);

// Each tile += a panel of the left times one of the right; tiles of the first left panel first.
// Meanwhile `next` comes into the cache.
void add_products(
    size_t row_panels, size_t column_panels, size_t depth, const double *left, const double *right,
    double *tiles, struct upcoming next);

#endif
