/// Simple factors of CL and FC that compose to a kernel, for a rate of 1 or more.
///
///     S_1 = [1; 0]      S_2 = [W 0; 0 0] per tap      S_3 = [1 0]
///
/// in every group: the original's channels, then channels of zeros. FC of two factors has no S_3.
enum PointwiseFactors {
  static func factors(
    of plan: ExpansionPlan, for original: ConvolutionKernel
  ) -> [MixedWeights] {
    plan.factors.enumerated().map { index, geometry in
      if index == PreservingFactors.freeFactor {
        let source = original.geometry
        return MixedWeights(
          geometry, stored: (source.outputsPerGroup, source.inputsPerGroup),
          weights: original.weights)
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

  /// After each factor but the last, how many times the channels of a group are needed: those of
  /// the inputs after the first factor, then those of the outputs.
  static func needs(of plan: ExpansionPlan) -> [Int] {
    plan.factors.dropLast().map { _ in 1 }
  }
}
