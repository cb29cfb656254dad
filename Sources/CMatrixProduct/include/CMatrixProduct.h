#ifndef CMATRIXPRODUCT_H
#define CMATRIXPRODUCT_H

#include <stddef.h>

/// C += A·B for row-major Doubles: C of rows × columns, A of rows × inner, B of inner × columns.
///
/// Each stride is the distance between two rows.
///
/// `room` holds `matrix_product_room()` Doubles, which no other call uses at the same time.
void matrix_product_accumulate(
    size_t rows, size_t inner, size_t columns, const double *a, size_t a_stride, const double *b,
    size_t b_stride, double *c, size_t c_stride, double *room);

/// How many Doubles one call needs for itself.
size_t matrix_product_room(void);

#endif
