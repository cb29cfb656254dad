#ifndef CFOURIERTRANSFORM_H
#define CFOURIERTRANSFORM_H

#include <stdbool.h>
#include <stdint.h>

/// Discrete Fourier transforms over two axes, in Float, of 16 channels side by side.
///
///     Z(u, v) = Σ_{y, x} z(y, x) · exp(−2πi·(u·y/rows + v·x/columns))
///
/// Real planes go in pairs: z = a + i·b. A spectrum is then stored by *slots*: slot s stands for a
/// frequency f and for −f, and holds Z(f) and the conjugate of Z(−f), which for a real plane are
/// equal: with them as two rows of a matrix, one product with a real kernel's W(f) serves both.

enum { FOURIER_LANES = 16, FOURIER_LONGEST = 40 };

/// Lengths, their factors, twiddles, and the slot of each frequency.
struct fourier_plan;

/// Whether a length is at most FOURIER_LONGEST and has no prime factor above 5.
bool fourier_is_length(int32_t length);

/// A plan, or null where a length is none or there is no memory.
struct fourier_plan *fourier_plan_create(int32_t rows, int32_t columns);
void fourier_plan_destroy(struct fourier_plan *plan);

/// How many slots a spectrum has: half of the frequencies, and half of those that are their own
/// negatives.
int32_t fourier_slot_count(const struct fourier_plan *plan);

/// A part of a plane: its pixel (row, column) lies at the plane's point (0, 0); pixels outside of
/// the plane's `height` by `width` are zeros that are not stored.
struct fourier_window {
  int32_t row, column;
  int32_t height, width;
};

/// Matrices, one for each slot: `slot_stride` numbers from one to the next, `row_stride` from a row
/// to the next; the imaginary part of a number lies `imaginary_stride` after the real one.
struct fourier_matrices {
  int64_t slot_stride, row_stride, imaginary_stride;
};

/// Writes the spectrum of first + i·second, pixels of 16 channels that follow each other row by row,
/// to rows 0 and 1 of each slot's matrix. `second` may be null for zeros. Pixels at points from
/// `row_limit` or `column_limit` on count as zeros.
void fourier_planes_to_spectra(
    const struct fourier_plan *plan, const float *first, const float *second,
    struct fourier_window window, int32_t row_limit, int32_t column_limit, float *spectra,
    struct fourier_matrices matrices);

/// The inverse, without its factor 1/(rows·columns), of what `fourier_planes_to_spectra` writes: the
/// pixels at points below the limits, with the 16 numbers of `bias` added, where it isn't null.
void fourier_spectra_to_planes(
    const struct fourier_plan *plan, const float *spectra, struct fourier_matrices matrices,
    struct fourier_window window, int32_t row_limit, int32_t column_limit, const float *bias,
    float *first, float *second);

/// Kernels of `height` by `width` taps: `output_stride` and `input_stride` numbers from one to the
/// next; from the last tap to the first where `is_reversed`.
struct fourier_kernels {
  int32_t height, width;
  int32_t outputs, inputs;
  int64_t output_stride, input_stride;
  bool is_reversed;
};

/// For 16 outputs from `output` on and inputs `input` and `input` + 1, of which those that exist are
/// read and the rest are zeros: writes their part of the matrices that turn the spectra of planes
/// into those of their correlations,
///
///     Y(f) = X(f) · conj(W(f)) / (rows·columns),
///
/// as [re Y, im Y] = [re X, im X] · [W_re, −W_im; W_im, W_re]: rows are inputs, with the imaginary
/// ones `imaginary_rows` below the real ones.
void fourier_kernels_to_matrices(
    const struct fourier_plan *plan, const float *weights, struct fourier_kernels kernels,
    int32_t output, int32_t input, float *spectra, struct fourier_matrices matrices,
    int32_t imaginary_rows);

/// From the products Xᵀ·G of the spectra of sources and of gradients, summed over both rows of each
/// pair: the gradient by the taps, for the same outputs and inputs.
void fourier_matrices_to_kernels(
    const struct fourier_plan *plan, const float *spectra, struct fourier_matrices matrices,
    int32_t imaginary_rows, struct fourier_kernels kernels, int32_t output, int32_t input,
    float *weights);

#endif
