import TensorCore

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
      let columns = geometry.inputsPerGroup
      let isFree = index == PreservingFactors.freeFactor
      let rows = isFree ? original.geometry.outputsPerGroup : min(geometry.outputsPerGroup, columns)
      var weights = [Double](count: geometry.group * rows * columns * geometry.taps) {
        $0.initialize(repeating: 0)
      }
      if isFree {
        let source = original.geometry
        let length = source.inputsPerGroup * source.taps
        for output in 0..<source.outputs {
          let (group, row) = output.quotientAndRemainder(dividingBy: source.outputsPerGroup)
          let target = (group * rows + row) * columns * geometry.taps
          weights.replaceSubrange(
            target..<target + length,
            with: original.weights[output * length..<(output + 1) * length])
        }
      } else {
        for group in 0..<geometry.group {
          for channel in 0..<rows {
            weights[(group * rows + channel) * columns + channel] = 1
          }
        }
      }
      return MixedWeights(geometry, storedOutputs: rows, weights: weights)
    }
  }

  /// After each factor but the last, how many times the channels of a group are needed: those of
  /// the inputs after the first factor, then those of the outputs.
  static func needs(of plan: ExpansionPlan) -> [Int] {
    plan.factors.dropLast().map { _ in 1 }
  }
}
