#ifndef CFOURIERTRANSFORM_TRANSFORM_H
#define CFOURIERTRANSFORM_TRANSFORM_H

#include "internal.h"

// Transforms of length 2 to 5, in place.

INLINE void transform_2(lanes *re, lanes *im) {
  lanes r = re[1], i = im[1];
  re[1] = re[0] - r, im[1] = im[0] - i;
  re[0] += r, im[0] += i;
}

INLINE void transform_3(lanes *re, lanes *im) {
  const float sine = 0.866025403784438647f;
  lanes sum_r = re[1] + re[2], sum_i = im[1] + im[2];
  lanes turned_r = sine * (im[1] - im[2]), turned_i = sine * (re[2] - re[1]);
  lanes mean_r = re[0] - 0.5f * sum_r, mean_i = im[0] - 0.5f * sum_i;
  re[0] += sum_r, im[0] += sum_i;
  re[1] = mean_r + turned_r, im[1] = mean_i + turned_i;
  re[2] = mean_r - turned_r, im[2] = mean_i - turned_i;
}

INLINE void transform_4(lanes *re, lanes *im) {
  lanes even_r = re[0] + re[2], even_i = im[0] + im[2];
  lanes apart_r = re[0] - re[2], apart_i = im[0] - im[2];
  lanes odd_r = re[1] + re[3], odd_i = im[1] + im[3];
  lanes turned_r = im[1] - im[3], turned_i = re[3] - re[1];
  re[0] = even_r + odd_r, im[0] = even_i + odd_i;
  re[1] = apart_r + turned_r, im[1] = apart_i + turned_i;
  re[2] = even_r - odd_r, im[2] = even_i - odd_i;
  re[3] = apart_r - turned_r, im[3] = apart_i - turned_i;
}

INLINE void transform_5(lanes *re, lanes *im) {
  const float cos_1 = 0.309016994374947424f, cos_2 = -0.809016994374947424f;
  const float sin_1 = 0.951056516295153572f, sin_2 = 0.587785252292473129f;
  lanes sum_1r = re[1] + re[4], sum_1i = im[1] + im[4];
  lanes sum_2r = re[2] + re[3], sum_2i = im[2] + im[3];
  lanes apart_1r = re[1] - re[4], apart_1i = im[1] - im[4];
  lanes apart_2r = re[2] - re[3], apart_2i = im[2] - im[3];
  lanes mean_1r = re[0] + cos_1 * sum_1r + cos_2 * sum_2r;
  lanes mean_1i = im[0] + cos_1 * sum_1i + cos_2 * sum_2i;
  lanes mean_2r = re[0] + cos_2 * sum_1r + cos_1 * sum_2r;
  lanes mean_2i = im[0] + cos_2 * sum_1i + cos_1 * sum_2i;
  lanes turned_1r = sin_1 * apart_1i + sin_2 * apart_2i;
  lanes turned_1i = -sin_1 * apart_1r - sin_2 * apart_2r;
  lanes turned_2r = sin_2 * apart_1i - sin_1 * apart_2i;
  lanes turned_2i = sin_1 * apart_2r - sin_2 * apart_1r;
  re[0] += sum_1r + sum_2r, im[0] += sum_1i + sum_2i;
  re[1] = mean_1r + turned_1r, im[1] = mean_1i + turned_1i;
  re[4] = mean_1r - turned_1r, im[4] = mean_1i - turned_1i;
  re[2] = mean_2r + turned_2r, im[2] = mean_2i + turned_2i;
  re[3] = mean_2r - turned_2r, im[3] = mean_2i - turned_2i;
}

INLINE void transform_short(int32_t radix, lanes *re, lanes *im) {
  switch (radix) {
    case 2: transform_2(re, im); break;
    case 3: transform_3(re, im); break;
    case 4: transform_4(re, im); break;
    default: transform_5(re, im); break;
  }
}

// One pass of Stockham's transform, which sorts as it goes: with n = radix·rest left of the length
// and `stride` transforms of it side by side,
//
//     target[q + stride·(radix·p + k)] = ω_n^{p·k} · Σ_j ω_radix^{j·k} · source[q + stride·(p + rest·j)]
INLINE void run_pass(
    int32_t radix, int32_t rest, int32_t stride, const float *twiddles, const lanes *re,
    const lanes *im, lanes *target_re, lanes *target_im) {
  for (int32_t p = 0; p < rest; p++, twiddles += 2 * (radix - 1))
    for (int32_t q = 0; q < stride; q++) {
      lanes r[5], i[5];
      for (int32_t j = 0; j < radix; j++) {
        r[j] = re[q + stride * (p + rest * j)];
        i[j] = im[q + stride * (p + rest * j)];
      }
      transform_short(radix, r, i);
      int32_t place = q + stride * radix * p;
      target_re[place] = r[0], target_im[place] = i[0];
      for (int32_t k = 1; k < radix; k++) {
        float cosine = twiddles[2 * k - 2], sine = twiddles[2 * k - 1];
        place += stride;
        target_re[place] = cosine * r[k] - sine * i[k];
        target_im[place] = cosine * i[k] + sine * r[k];
      }
    }
}

// The transform of numbers that lie `step` apart, in place.
INLINE void transform_line(
    const struct fourier_axis *axis, lanes *re, lanes *im, int32_t step) {
  _Alignas(64) lanes rooms[4][FOURIER_LONGEST];
  lanes *from_re = rooms[0], *from_im = rooms[1], *to_re = rooms[2], *to_im = rooms[3];
  int32_t length = axis->length;
  for (int32_t i = 0; i < length; i++) from_re[i] = re[i * step], from_im[i] = im[i * step];
  const float *twiddles = axis->twiddles;
  int32_t rest = length, stride = 1;
  for (int32_t pass = 0; pass < axis->passes; pass++) {
    int32_t radix = axis->radix[pass];
    rest /= radix;
    switch (radix) {
      case 2: run_pass(2, rest, stride, twiddles, from_re, from_im, to_re, to_im); break;
      case 3: run_pass(3, rest, stride, twiddles, from_re, from_im, to_re, to_im); break;
      case 4: run_pass(4, rest, stride, twiddles, from_re, from_im, to_re, to_im); break;
      default: run_pass(5, rest, stride, twiddles, from_re, from_im, to_re, to_im); break;
    }
    twiddles += 2 * (radix - 1) * rest;
    stride *= radix;
    lanes *swapped = from_re;
    from_re = to_re, to_re = swapped;
    swapped = from_im;
    from_im = to_im, to_im = swapped;
  }
  for (int32_t i = 0; i < length; i++) re[i * step] = from_re[i], im[i * step] = from_im[i];
}

// Of a plane of zeros but in rows first_row ..< end_row.
INLINE void transform_plane(
    const struct fourier_plan *plan, struct plane *plane, int32_t first_row, int32_t end_row) {
  int32_t columns = plan->columns.length;
  for (int32_t row = first_row; row < end_row; row++)
    transform_line(&plan->columns, plane->re + row * columns, plane->im + row * columns, 1);
  for (int32_t column = 0; column < columns; column++)
    transform_line(&plan->rows, plane->re + column, plane->im + column, columns);
}

// The inverse without its factor, of which only rows first_row ..< end_row come out right: with real
// and imaginary parts exchanged, the transform is its own inverse.
INLINE void invert_plane(
    const struct fourier_plan *plan, struct plane *plane, int32_t first_row, int32_t end_row) {
  int32_t columns = plan->columns.length;
  for (int32_t column = 0; column < columns; column++)
    transform_line(&plan->rows, plane->im + column, plane->re + column, columns);
  for (int32_t row = first_row; row < end_row; row++)
    transform_line(&plan->columns, plane->im + row * columns, plane->re + row * columns, 1);
}

#endif
