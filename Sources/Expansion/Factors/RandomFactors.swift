package import TensorCore

/// Fresh factors, to train from scratch.
package enum RandomFactors {
  /// PyTorch's default initialisation of convolutions and linear modules: weights and biases drawn
  /// from U(−1/√fanIn, 1/√fanIn), with fanIn = I/group · Π extents; O/group · Π extents in transposed
  /// convolutions, whose weight PyTorch lays out as I, O/group.
  package static func kernel(
    _ geometry: KernelGeometry, using generator: inout SeededGenerator
  ) -> ConvolutionKernel {
    let channels = geometry.isTransposed ? geometry.outputsPerGroup : geometry.inputsPerGroup
    let bound = 1 / Double(channels * geometry.taps).squareRoot()
    let weights = (0..<geometry.weightCount).map { _ in generator.uniform(in: -bound..<bound) }
    let bias =
      geometry.hasBias
      ? (0..<geometry.outputs).map { _ in generator.uniform(in: -bound..<bound) } : nil
    return ConvolutionKernel(geometry: geometry, weights: weights, bias: bias)
  }

  /// The factors of `plan`, drawn in order from a sequence of their own for each `unit`.
  package static func factors(
    of plan: ExpansionPlan, seed: UInt64, unit: Int
  ) -> [ConvolutionKernel] {
    var generator = SeededGenerator(seed: seed, stream: UInt64(truncatingIfNeeded: unit))
    return plan.factors.map { kernel($0, using: &generator) }
  }
}
