import CFourierTransform
import TensorCore

/// Weights to matrices of frequencies and back. Weights are row-major [O, I, kernel…] of the
/// convolution, and of the one that an adjoint belongs to.
extension FourierConvolution {
  /// Writes what source spectra are to be multiplied by.
  package func transformWeights(
    _ weights: UnsafePointer<Float>, to spectra: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let (weights, spectra) = (weights, spectra)
    let layout = matrices.matrices
    forEachBlock { output, input in
      fourier_kernels_to_matrices(
        plan.pointer, weights, kernels, output, input, spectra, layout, imaginaryRows)
    }
  }

  /// Writes the gradient by the weights from the products of transposed source spectra and those of
  /// the result's gradient. Not for an adjoint.
  package func restoreWeights(
    _ spectra: UnsafePointer<Float>, to weights: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let (weights, spectra) = (weights, spectra)
    let layout = matrices.matrices
    forEachBlock { output, input in
      fourier_matrices_to_kernels(
        plan.pointer, spectra, layout, imaginaryRows, kernels, output, input, weights)
    }
  }

  /// Calls `body` with the first of every 16 outputs and the first of every two inputs, padding
  /// included.
  private func forEachBlock(_ body: (Int32, Int32) -> Void) {
    Parallel.perform(outputBlocks * inputBlocks * Self.lanes / 2) { task in
      let (pair, block) = task.quotientAndRemainder(dividingBy: outputBlocks)
      body(Int32(block * Self.lanes), Int32(2 * pair))
    }
  }

  private var imaginaryRows: Int32 { Int32(inputBlocks * Self.lanes) }

  private var kernels: fourier_kernels {
    let taps = Int64(kernel[0] * kernel[1])
    return fourier_kernels(
      height: Int32(kernel[0]), width: Int32(kernel[1]), outputs: Int32(outputs),
      inputs: Int32(inputs),
      output_stride: isAdjoint ? taps : taps * Int64(inputs),
      input_stride: isAdjoint ? taps * Int64(outputs) : taps, is_reversed: isAdjoint)
  }
}
