#ifndef CMATRIXPRODUCT_H
#define CMATRIXPRODUCT_H

#include <stddef.h>
#include <stdint.h>

enum matrix_element { MATRIX_OF_DOUBLES, MATRIX_OF_FLOATS };

/// C += A·B in Double, row-major: C of rows × columns, A of rows × inner, B of inner × columns.
///
/// Each stride is the distance between two rows, in numbers. B has either type, at any address.
///
/// `room` holds `matrix_product_room()` Doubles, which no other call uses at the same time.
void matrix_product_accumulate(
    size_t rows, size_t inner, size_t columns, const double *a, size_t a_stride, const void *b,
    enum matrix_element b_element, size_t b_stride, double *c, size_t c_stride, double *room);

/// How many Doubles one call needs for itself.
size_t matrix_product_room(void);

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
