package import TensorCore

/// Fresh factors, to train from scratch.
package enum RandomFactors {
  /// PyTorch's default initialisation of convolutions and linear modules: weights and biases drawn
  /// from U(−1/√fanIn, 1/√fanIn), with fanIn = I/group · Π extents.
  ///
  /// Each run of so many weights has a sequence of its own, so that they can be drawn on all cores
  /// and are the same on any number of them.
  package static func kernel(
    _ geometry: KernelGeometry, using generator: inout SeededGenerator
  ) -> ConvolutionKernel {
    let bound = 1 / Double(geometry.inputsPerGroup * geometry.taps).squareRoot()
    let (seed, run, total) = (generator.next(), 1 << 16, geometry.weightCount)
    let weights = [Double](unsafeUninitializedCapacity: total) { weights, count in
      guard let start = weights.baseAddress else { return }
      Parallel.perform((total + run - 1) / run) { index in
        var own = SeededGenerator(seed: seed, stream: UInt64(index))
        for position in index * run..<min(total, (index + 1) * run) {
          (start + position).initialize(to: own.uniform(in: -bound..<bound))
        }
      }
      count = total
    }
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
