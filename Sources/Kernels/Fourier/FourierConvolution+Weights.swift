import CFourierTransform
import TensorCore

/// Weights to matrices of frequencies and back. Weights are row-major [O, I, kernel…] of the
/// convolution, and of the one that an adjoint belongs to.
extension FourierConvolution {
  /// Writes what source spectra are to be multiplied by.
  package func transformWeights(
    _ weights: UnsafePointer<Float>, to spectra: UnsafeMutablePointer<Float>
  ) {
    Parallel.perform(
      blockCount, WeightTransformation(form: self, weights: weights, spectra: spectra))
  }

  private struct WeightTransformation: PieceWork {
    let form: FourierConvolution
    let weights: UnsafePointer<Float>
    let spectra: UnsafeMutablePointer<Float>

    func perform(_ block: Int) {
      let (output, input) = form.channels(ofBlock: block)
      fourier_kernels_to_matrices(
        form.plan.pointer, weights, form.kernels, output, input, spectra, form.matrices.matrices,
        form.imaginaryRows)
    }
  }

  /// Writes the gradient by the weights from the products of transposed source spectra and those of
  /// the result's gradient. Not for an adjoint.
  package func restoreWeights(
    _ spectra: UnsafePointer<Float>, to weights: UnsafeMutablePointer<Float>
  ) {
    Parallel.perform(blockCount, WeightRestoration(form: self, spectra: spectra, weights: weights))
  }

  private struct WeightRestoration: PieceWork {
    let form: FourierConvolution
    let spectra: UnsafePointer<Float>
    let weights: UnsafeMutablePointer<Float>

    func perform(_ block: Int) {
      let (output, input) = form.channels(ofBlock: block)
      fourier_matrices_to_kernels(
        form.plan.pointer, spectra, form.matrices.matrices, form.imaginaryRows, form.kernels,
        output, input, weights)
    }
  }

  /// Blocks of 16 outputs and two inputs, padding included.
  private var blockCount: Int { outputBlocks * inputBlocks * Self.lanes / 2 }

  /// The first output and the first input of a block.
  private func channels(ofBlock index: Int) -> (output: Int32, input: Int32) {
    let (pair, block) = index.quotientAndRemainder(dividingBy: outputBlocks)
    return (Int32(block * Self.lanes), Int32(2 * pair))
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
