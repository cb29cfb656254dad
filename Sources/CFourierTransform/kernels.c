#include "transform.h"

#include <string.h>

static int32_t at_most(int32_t count, int32_t limit) {
  return count < 0 ? 0 : count < limit ? count : limit;
}

// Where the taps of the first of some kernels start, and how many outputs and inputs there are.
struct block {
  int64_t start;
  int32_t outputs, inputs, taps;
};

static struct block block_at(struct fourier_kernels kernels, int32_t output, int32_t input) {
  return (struct block){
      .start = output * kernels.output_stride + input * kernels.input_stride,
      .outputs = at_most(kernels.outputs - output, FOURIER_LANES),
      .inputs = at_most(kernels.inputs - input, 2),
      .taps = kernels.height * kernels.width,
  };
}

// The point that a tap lies at.
INLINE int32_t point_of(
    const struct fourier_plan *plan, struct fourier_kernels kernels, int32_t taps, int32_t tap) {
  int32_t place = kernels.is_reversed ? taps - 1 - tap : tap;
  return place / kernels.width * plan->columns.length + place % kernels.width;
}

FOR_EACH_PROCESSOR
void fourier_kernels_to_matrices(
    const struct fourier_plan *plan, const float *weights, struct fourier_kernels kernels,
    int32_t output, int32_t input, float *spectra, struct fourier_matrices matrices,
    int32_t imaginary_rows) {
  _Alignas(64) struct plane plane;
  struct block block = block_at(kernels, output, input);
  int32_t count = plan->rows.length * plan->columns.length;
  memset(plane.re, 0, (size_t)count * sizeof(lanes));
  memset(plane.im, 0, (size_t)count * sizeof(lanes));
  for (int32_t lane = 0; lane < block.outputs; lane++)
    for (int32_t tap = 0; tap < block.taps; tap++) {
      const float *source = weights + block.start + lane * kernels.output_stride + tap;
      int32_t point = point_of(plan, kernels, block.taps, tap);
      if (block.inputs > 0) plane.re[point][lane] = source[0];
      if (block.inputs > 1) plane.im[point][lane] = source[kernels.input_stride];
    }
  transform_plane(plan, &plane, 0, kernels.height);
  // The kernels of both inputs come apart, as each has a spectrum whose conjugate is its mirror.
  float scale = 0.5f / (float)count;
  float *real_rows = spectra + input * matrices.row_stride + output;
  for (int32_t slot = 0; slot < plan->slots; slot++, real_rows += matrices.slot_stride) {
    int32_t point = plan->point[slot], mirror = plan->mirror[slot];
    lanes re = scale * plane.re[point], im = scale * plane.im[point];
    lanes mirror_re = scale * plane.re[mirror], mirror_im = scale * plane.im[mirror];
    for (int32_t second = 0; second < 2; second++) {
      lanes w_re = second ? im + mirror_im : re + mirror_re;
      lanes w_im = second ? mirror_re - re : im - mirror_im;
      float *row = real_rows + second * matrices.row_stride;
      *(lanes *)row = w_re;
      *(lanes *)(row + matrices.imaginary_stride) = -w_im;
      row += imaginary_rows * matrices.row_stride;
      *(lanes *)row = w_im;
      *(lanes *)(row + matrices.imaginary_stride) = w_re;
    }
  }
}

FOR_EACH_PROCESSOR
void fourier_matrices_to_kernels(
    const struct fourier_plan *plan, const float *spectra, struct fourier_matrices matrices,
    int32_t imaginary_rows, struct fourier_kernels kernels, int32_t output, int32_t input,
    float *weights) {
  _Alignas(64) struct plane plane;
  struct block block = block_at(kernels, output, input);
  int32_t count = plan->rows.length * plan->columns.length;
  const float *real_rows = spectra + input * matrices.row_stride + output;
  for (int32_t slot = 0; slot < plan->slots; slot++, real_rows += matrices.slot_stride) {
    lanes re[2], im[2];
    for (int32_t second = 0; second < 2; second++) {
      const float *row = real_rows + second * matrices.row_stride;
      const float *below = row + imaginary_rows * matrices.row_stride;
      re[second] = *(const lanes *)row + *(const lanes *)(below + matrices.imaginary_stride);
      im[second] = *(const lanes *)below - *(const lanes *)(row + matrices.imaginary_stride);
    }
    int32_t point = plan->point[slot], mirror = plan->mirror[slot];
    plane.re[mirror] = re[0] + im[1], plane.im[mirror] = re[1] - im[0];
    plane.re[point] = re[0] - im[1], plane.im[point] = re[1] + im[0];
  }
  invert_plane(plan, &plane, 0, kernels.height);
  // Both rows of a pair were summed, so that each real kernel is there twice.
  float scale = 0.5f / (float)count;
  for (int32_t lane = 0; lane < block.outputs; lane++)
    for (int32_t tap = 0; tap < block.taps; tap++) {
      float *target = weights + block.start + lane * kernels.output_stride + tap;
      int32_t point = point_of(plan, kernels, block.taps, tap);
      if (block.inputs > 0) target[0] = scale * plane.re[point][lane];
      if (block.inputs > 1) target[kernels.input_stride] = scale * plane.im[point][lane];
    }
}
