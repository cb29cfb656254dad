import CFourierTransform
package import TensorCore

/// A convolution of two axes by the convolution theorem: products of spectra.
///
///     Y(f) = X(f) · conj(W(f)),   dW(f) = Σ conj(G(f)) · X(f)   (Σ over images and tiles)
///
/// at each frequency f a product of matrices over the channels, of complex numbers: four
/// multiplications for each frequency and pair of images, where the sum over taps takes one for each
/// tap and pixel. The data gradient is a convolution itself, with channels exchanged and taps
/// reversed: `init(adjointOf:)`.
///
/// Pixels of 16 channels lie side by side, [N, ⌈C/16⌉, H, W, 16], the last block padded with zeros;
/// spectra are row-major [slot, row, part of the number and channel], the rows being tiles, pairs of
/// images and the two of a slot; see `CFourierTransform.h`.
///
/// Rounding errors are those of transforms: some 2⁻²³ of the root of the sum of squares over a whole
/// tile, where a sum over taps depends on what its window sees alone.
package struct FourierConvolution: Sendable {
  let batch: Int
  let inputs: Int
  let outputs: Int
  let kernel: [Int]
  let tilings: [FourierTiling]
  let sourceExtents: [Int]
  let resultExtents: [Int]
  let isAdjoint: Bool
  let plan: FourierPlan

  /// Nil where the window has strides or dilations, or not two axes, or the shapes don't fit it.
  ///
  /// - Parameters:
  ///   - source: [N, C, H, W].
  ///   - outputs: channels of the result.
  package init?(_ window: WindowGeometry, source: [Int], outputs: Int) {
    self.init(window, source: source, outputs: outputs, isAdjoint: false)
  }

  /// The data gradient of the convolution of `source`: its own source is the gradient of the result.
  package init?(adjointOf window: WindowGeometry, source: [Int], outputs: Int) {
    guard window.kernel.count == 2, source.count == 4 else { return nil }
    var gradient = source
    var window = window
    gradient[1] = outputs
    for axis in 0..<2 {
      let taps = window.kernel[axis] - 1
      gradient[2 + axis] += window.padsBegin[axis] + window.padsEnd[axis] - taps
      window.padsBegin[axis] = taps - window.padsBegin[axis]
      window.padsEnd[axis] = taps - window.padsEnd[axis]
    }
    self.init(window, source: gradient, outputs: source[1], isAdjoint: true)
  }

  private init?(_ window: WindowGeometry, source: [Int], outputs: Int, isAdjoint: Bool) {
    guard window.kernel.count == 2, window.strides == [1, 1], window.dilations == [1, 1],
      source.count == 4, source.allSatisfy({ $0 > 0 }), outputs > 0
    else { return nil }
    let tilings = (0..<2).compactMap { axis in
      FourierTiling(
        source: source[2 + axis], kernel: window.kernel[axis], padBegin: window.padsBegin[axis],
        padEnd: window.padsEnd[axis])
    }
    guard tilings.count == 2,
      let plan = FourierPlan(rows: tilings[0].length, columns: tilings[1].length)
    else { return nil }
    batch = source[0]
    inputs = source[1]
    self.outputs = outputs
    kernel = window.kernel
    self.tilings = tilings
    sourceExtents = Array(source[2...])
    resultExtents = (0..<2).map {
      source[2 + $0] + window.padsBegin[$0] + window.padsEnd[$0] - window.kernel[$0] + 1
    }
    self.isAdjoint = isAdjoint
    self.plan = plan
  }

  var pairs: Int { (batch + 1) / 2 }
  var inputBlocks: Int { (inputs + Self.lanes - 1) / Self.lanes }
  var outputBlocks: Int { (outputs + Self.lanes - 1) / Self.lanes }
  private var rows: Int { 2 * pairs * tilings[0].tileCount * tilings[1].tileCount }

  /// The channels of a block.
  package static let lanes = 16

  /// [slot, row, channel] of the source's spectra.
  package var sourceSpectra: Spectra { spectra(rows, inputBlocks) }
  package var resultSpectra: Spectra { spectra(rows, outputBlocks) }
  /// What source spectra are multiplied by, and what their transposes times those of gradients are.
  package var matrices: Spectra { spectra(2 * Self.lanes * inputBlocks, outputBlocks) }

  private func spectra(_ rows: Int, _ blocks: Int) -> Spectra {
    Spectra(slots: plan.slotCount, rows: rows, columns: 2 * Self.lanes * blocks)
  }

  /// A matrix for each slot, real parts left and imaginary ones right.
  ///
  /// The matrices lie one vector apart: transforms write one row of each in turn, which by steps of
  /// a power of two would all fall on the same few lines of a cache.
  package struct Spectra: Sendable {
    package let slots: Int
    package let rows: Int
    package let columns: Int

    package var slotStride: Int { rows * columns + FourierConvolution.lanes }

    var matrices: fourier_matrices {
      fourier_matrices(
        slot_stride: Int64(slotStride), row_stride: Int64(columns),
        imaginary_stride: Int64(columns / 2))
    }

    package func layout() throws(KernelError) -> TensorLayout {
      try TensorLayout(shape: [slots, rows, columns], strides: [slotStride, columns, 1])
    }
  }
}
