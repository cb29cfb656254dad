#include "internal.h"

#include <math.h>
#include <stdlib.h>

static bool create_axis(struct fourier_axis *axis, int32_t length) {
  static const int32_t radices[] = {4, 5, 3, 2};
  axis->length = length;
  axis->passes = 0;
  float *twiddle = axis->twiddles;
  for (int32_t left = length; left > 1;) {
    int32_t radix = 0;
    for (int32_t i = 0; i < 4 && radix == 0; i++)
      if (left % radices[i] == 0) radix = radices[i];
    if (radix == 0) return false;
    axis->radix[axis->passes++] = radix;
    for (int32_t p = 0; p < left / radix; p++)
      for (int32_t k = 1; k < radix; k++) {
        double angle = 2 * M_PI * p * k / left;
        *twiddle++ = (float)cos(angle);
        *twiddle++ = (float)-sin(angle);
      }
    left /= radix;
  }
  return true;
}

bool fourier_is_length(int32_t length) {
  struct fourier_axis axis;
  return length >= 1 && length <= FOURIER_LONGEST && create_axis(&axis, length);
}

struct fourier_plan *fourier_plan_create(int32_t rows, int32_t columns) {
  if (!fourier_is_length(rows) || !fourier_is_length(columns)) return NULL;
  struct fourier_plan *plan = malloc(sizeof *plan);
  if (plan == NULL) return NULL;
  create_axis(&plan->rows, rows);
  create_axis(&plan->columns, columns);
  plan->slots = 0;
  for (int32_t u = 0; u < rows; u++)
    for (int32_t v = 0; v < columns; v++) {
      int32_t point = u * columns + v;
      int32_t mirror = (rows - u) % rows * columns + (columns - v) % columns;
      if (mirror < point) continue;
      plan->point[plan->slots] = point;
      plan->mirror[plan->slots++] = mirror;
    }
  return plan;
}

void fourier_plan_destroy(struct fourier_plan *plan) { free(plan); }

int32_t fourier_slot_count(const struct fourier_plan *plan) { return plan->slots; }
