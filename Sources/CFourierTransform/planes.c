#include "transform.h"

#include <string.h>

struct span {
  int32_t first, end;
};

// The points from 0 to below `limit` whose pixels, from `origin` on, are stored.
static struct span stored(int32_t origin, int32_t extent, int32_t limit) {
  struct span span = {origin < 0 ? -origin : 0, extent - origin < limit ? extent - origin : limit};
  if (span.end < span.first) span.end = span.first;
  return span;
}

FOR_EACH_PROCESSOR
void fourier_planes_to_spectra(
    const struct fourier_plan *plan, const float *first, const float *second,
    struct fourier_window window, int32_t row_limit, int32_t column_limit, float *spectra,
    struct fourier_matrices matrices) {
  _Alignas(64) struct plane plane;
  int32_t columns = plan->columns.length;
  struct span down = stored(window.row, window.height, row_limit);
  struct span along = stored(window.column, window.width, column_limit);
  size_t count = (size_t)(plan->rows.length * columns);
  memset(plane.re, 0, count * sizeof(lanes));
  memset(plane.im, 0, count * sizeof(lanes));
  for (int32_t row = down.first; row < down.end; row++) {
    size_t pixel = (size_t)(row + window.row) * window.width + along.first + window.column;
    size_t point = (size_t)row * columns + along.first;
    size_t size = (size_t)(along.end - along.first) * sizeof(lanes);
    memcpy(plane.re + point, first + pixel * FOURIER_LANES, size);
    if (second != NULL) memcpy(plane.im + point, second + pixel * FOURIER_LANES, size);
  }
  transform_plane(plan, &plane, down.first, down.end);
  for (int32_t slot = 0; slot < plan->slots; slot++) {
    float *target = spectra + slot * matrices.slot_stride;
    int32_t point = plan->point[slot], mirror = plan->mirror[slot];
    *(lanes *)target = plane.re[point];
    *(lanes *)(target + matrices.imaginary_stride) = plane.im[point];
    target += matrices.row_stride;
    *(lanes *)target = plane.re[mirror];
    *(lanes *)(target + matrices.imaginary_stride) = -plane.im[mirror];
  }
}

FOR_EACH_PROCESSOR
void fourier_spectra_to_planes(
    const struct fourier_plan *plan, const float *spectra, struct fourier_matrices matrices,
    struct fourier_window window, int32_t row_limit, int32_t column_limit, const float *bias,
    float *first, float *second) {
  _Alignas(64) struct plane plane;
  int32_t columns = plan->columns.length;
  for (int32_t slot = 0; slot < plan->slots; slot++) {
    const float *source = spectra + slot * matrices.slot_stride;
    int32_t point = plan->point[slot], mirror = plan->mirror[slot];
    plane.re[point] = *(const lanes *)source;
    plane.im[point] = *(const lanes *)(source + matrices.imaginary_stride);
    if (mirror == point) continue;
    source += matrices.row_stride;
    plane.re[mirror] = *(const lanes *)source;
    plane.im[mirror] = -*(const lanes *)(source + matrices.imaginary_stride);
  }
  struct span down = stored(window.row, window.height, row_limit);
  struct span along = stored(window.column, window.width, column_limit);
  invert_plane(plan, &plane, down.first, down.end);
  lanes offset = {0};
  if (bias != NULL) offset = *(const lanes *)bias;
  for (int32_t row = down.first; row < down.end; row++)
    for (int32_t column = along.first; column < along.end; column++) {
      size_t pixel = (size_t)(row + window.row) * window.width + column + window.column;
      size_t point = (size_t)row * columns + column;
      *(lanes *)(first + pixel * FOURIER_LANES) = plane.re[point] + offset;
      if (second != NULL) *(lanes *)(second + pixel * FOURIER_LANES) = plane.im[point] + offset;
    }
}
