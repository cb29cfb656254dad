#include "CMatrixProduct.h"
#include "processors.h"

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
