import TensorCore

/// Factors that compute together what the original kernel computed.
///
///     F_j = R_j · S_j · R_{j−1}ᵀ per tap,   R_0 = R_l = 1
///
/// where S_1 … S_l are simple, sparse factors that compose to the original (`PointwiseFactors` for
/// CL and FC, `ShiftingFactors` for CK) and R_j are random orthogonal mixings of the channels
/// between two factors: they cancel in the composition and leave no factor sparse and no two
/// channels alike. All factors but the second have orthonormal rows or columns, so the mixing costs
/// no condition. Inner biases are zero, the last factor has the original's.
package enum PreservingFactors {
  /// The second factor holds the original's weights; the others only widen, shift and narrow.
  package static let freeFactor = 1

  /// The factors of `plan`, in Double, or rounded to `rounding`'s type where it is given.
  package static func factors(
    of plan: ExpansionPlan, for original: ConvolutionKernel, rounding: FloatingRounding? = nil,
    seed: UInt64, unit: Int
  ) throws(ExpansionRefusal) -> [ConvolutionKernel] {
    try sources(of: plan, for: original, seed: seed, unit: unit).map { source in
      rounding?.rounded(source.kernel) ?? source.kernel
    }
  }

  /// The same factors, each to be written where it is stored.
  static func sources(
    of plan: ExpansionPlan, for original: ConvolutionKernel, seed: UInt64, unit: Int
  ) throws(ExpansionRefusal) -> [MixedWeights] {
    try check(plan)
    guard original.weights.allSatisfy(\.isFinite) else { throw .weightsNotFinite }
    var generator = SeededGenerator(seed: seed, stream: UInt64(truncatingIfNeeded: unit))
    var factors =
      plan.strategy == .ck
      ? try ShiftingFactors(plan, using: &generator).factors(for: original)
      : PointwiseFactors.factors(of: plan, for: original)
    for index in plan.factors.indices.dropLast() {
      let geometry = plan.factors[index]
      let mixings = (0..<geometry.group).map { _ in
        OrthogonalMixing(size: geometry.outputsPerGroup, using: &generator)
      }
      factors[index].mixOutputs(by: mixings)
      factors[index + 1].mixInputs(by: mixings)
    }
    for (index, geometry) in plan.factors.enumerated() where geometry.hasBias {
      let isLast = index == factors.count - 1
      let zeros = [Double](repeating: 0, count: geometry.outputs)
      factors[index].bias = isLast ? original.bias ?? zeros : zeros
    }
    return factors
  }

  /// The worst condition of a unit's factors but the free one: σ_max / σ_min of their matrices.
  package static func condition(of factors: [ConvolutionKernel]) -> Double {
    condition(ofFactors: factors.count) { factors[$0] } ?? 1
  }

  /// The same, of factors that are read one by one, the free one, by far the largest, never; nil
  /// where one cannot be read.
  static func condition(
    ofFactors count: Int, reading factor: (Int) -> ConvolutionKernel?
  ) -> Double? {
    var worst = 1.0
    for index in 0..<count where index != freeFactor {
      guard let kernel = factor(index) else { return nil }
      worst = max(worst, FactorCondition.condition(of: kernel))
    }
    return worst
  }

  /// Throws where no weights of the plan's factors keep every function.
  ///
  /// - Parameter isKeptStem: the first factor has no more channels than the image, at any rate.
  package static func check(
    _ plan: ExpansionPlan, isKeptStem: Bool = false
  ) throws(ExpansionRefusal) {
    let multiples =
      plan.strategy == .ck ? ShiftingFactors.needs(of: plan) : PointwiseFactors.needs(of: plan)
    guard let first = plan.factors.first, let last = plan.factors.last else { return }
    for (factor, multiple) in multiples.enumerated() {
      let needed = multiple * (factor == 0 ? first.inputsPerGroup : last.outputsPerGroup)
      let available = plan.factors[factor].outputsPerGroup
      guard available >= needed else {
        throw .preserveNeedsWidth(
          NarrowUnit(
            strategy: plan.strategy, factor: factor, available: available, needed: needed,
            sufficientRate: Double(multiples.max() ?? 1), isKeptStem: isKeptStem && factor == 0))
      }
    }
  }
}
