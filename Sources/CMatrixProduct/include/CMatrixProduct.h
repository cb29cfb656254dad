#ifndef CMATRIXPRODUCT_H
#define CMATRIXPRODUCT_H

#include <stddef.h>
#include <stdint.h>

enum matrix_element { MATRIX_OF_DOUBLES, MATRIX_OF_FLOATS };

/// A matrix for each of some taps, in memory that may hold them in any order: how many numbers the
/// neighbours in each direction are apart. They have either type, at any address.
struct tap_matrices {
  const void *start;
  enum matrix_element element;
  size_t row_stride, column_stride, tap_stride;
};

/// As `tap_matrices`, to be written.
struct tap_targets {
  double *start;
  size_t row_stride, column_stride, tap_stride;
};

/// The matrices of which taps meet: target += left·right.
struct tap_product {
  uint32_t left, right, target;
};

/// Sums of products in Double, C_w = Σ A_u·B_v over `products` (u, v, w): the A of rows × inner, the
/// B of inner × columns. Products with the same right tap follow each other.
///
/// All A are packed first, or as many of their rows as there is memory for; then any block of the C
/// is computed on its own. The sums are the same bits whatever the blocks are.
struct kernel_product {
  size_t rows, inner, columns;
  size_t left_taps, target_taps;
  const struct tap_product *products;
  size_t product_count;
};

/// Into how many panels so many rows are packed.
size_t kernel_product_panels(size_t rows);

/// How many Doubles so many packed panels take.
size_t kernel_product_packed(const struct kernel_product *shape, size_t row_panels);

/// Packs the rows of panel `first + panel` at place `panel` of `row_panels`.
void kernel_product_pack(
    const struct kernel_product *shape, const struct tap_matrices *left, size_t first,
    size_t row_panels, size_t panel, double *packed);

/// How many Doubles one block of so many row panels and columns needs for itself.
size_t kernel_product_room(
    const struct kernel_product *shape, size_t row_panels, size_t columns);

/// Writes a block of all C: `row_panels` panels from `first` of rows, `columns` from `column`.
///
/// `packed` has `row_panels_packed` panels from `first_packed`. No other call uses `room` at the
/// same time.
void kernel_product_write(
    const struct kernel_product *shape, const double *packed, size_t first_packed,
    size_t row_panels_packed, size_t first, size_t row_panels, const struct tap_matrices *right,
    size_t column, size_t columns, const struct tap_targets *target, double *room);

/// S[r, c] += Σ_k A[r, k]·X[c, k] for the first `signed_columns` columns c of S, and with |A[r, k]|
/// for the others; all packed. A has either type, at any address.
///
/// The sums of one row do not depend on what other rows there are.
void row_products_accumulate(
    size_t rows, size_t inner, const void *a, enum matrix_element a_element, size_t columns,
    size_t signed_columns, const double *x, double *s);

/// Two rows turned against each other: (x, y) → (cosine·x + sine·y, cosine·y − sine·x).
struct row_rotation {
  uint32_t first, second;
  double cosine, sine;
};

enum { ROTATED_COLUMNS = 16 };

/// Turns rows of `ROTATED_COLUMNS` Doubles, one rotation after the other: the same bits on every
/// processor.
void rotate_rows(double *rows, const struct row_rotation *rotations, size_t count);

/// Rounds the first `columns` of each row of `ROTATED_COLUMNS` Doubles to the nearest float;
/// `stride` is the distance between two rows of `target`.
void round_rows(
    const double *rows, size_t count, size_t columns, float *target, size_t stride);

#endif
