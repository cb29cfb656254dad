/// Simple factors of CL and FC that compose to a kernel, for a rate of 1 or more.
///
///     S_1 = [1; 0]      S_2 = [W 0; 0 0] per tap      S_3 = [1 0]
///
/// in every group: the original's channels, then channels of zeros. FC of two factors has no S_3.
enum PointwiseFactors {
  /// S_2.
  static let freeFactor = 1

  static func factors(
    of plan: ExpansionPlan, for original: ConvolutionKernel
  ) -> [MixedWeights] {
    plan.factors.enumerated().map { index, geometry in
      if index == freeFactor {
        return MixedWeights(geometry, stored: original.withoutBias)
      }
      let columns = geometry.inputsPerGroup
      let rows = min(geometry.outputsPerGroup, columns)
      var weights = [Double](repeating: 0, count: geometry.group * rows * columns)
      for group in 0..<geometry.group {
        for channel in 0..<rows {
          weights[(group * rows + channel) * columns + channel] = 1
        }
      }
      return MixedWeights(geometry, stored: (rows, columns), weights: weights)
    }
  }

  /// Throws where a factor passes on fewer channels than the inputs, the first, or the outputs have.
  static func check(_ plan: ExpansionPlan) throws(NarrowUnit) {
    guard let first = plan.factors.first, let last = plan.factors.last else { return }
    for (factor, geometry) in plan.factors.dropLast().enumerated() {
      let needed = factor == 0 ? first.inputsPerGroup : last.outputsPerGroup
      guard geometry.outputsPerGroup >= needed else {
        throw NarrowUnit(
          strategy: plan.strategy, factor: factor, available: geometry.outputsPerGroup,
          needed: needed, sufficientRate: 1)
      }
    }
  }
}
