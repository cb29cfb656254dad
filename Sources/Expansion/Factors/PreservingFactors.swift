import Synchronization
import TensorCore

/// Factors that compute together what the original kernel computed.
///
///     F_j = R_j · S_j · R_{j−1}ᵀ per tap,   R_0 = R_l = 1
///
/// where S_1 … S_l are simple, sparse factors that compose to the original (`PointwiseFactors` for
/// CL and FC, `ShiftingFactors` for CK, or what a search has found) and R_j are random orthogonal mixings of the channels
/// between two factors: they cancel in the composition and leave no factor sparse and no two
/// channels alike. One factor, the free one, holds the original's weights; the others only widen,
/// shift and narrow, and have orthonormal rows or columns, so the mixing costs no condition. Inner
/// biases are zero, the last factor has the original's.
package enum PreservingFactors {

  /// The factors of `plan`, in Double, or rounded to `rounding`'s type where it is given.
  ///
  /// - Parameter searched: factors that compose to the original, to take in the place of S_1 … S_l.
  package static func factors(
    of plan: ExpansionPlan, for original: ConvolutionKernel, searched: [ConvolutionKernel]? = nil,
    rounding: FloatingRounding? = nil, seed: UInt64, unit: Int
  ) throws(ExpansionRefusal) -> [ConvolutionKernel] {
    try sources(of: plan, for: original, searched: searched, seed: seed, unit: unit).map { source in
      rounding?.rounded(source.kernel) ?? source.kernel
    }
  }

  /// The same factors, each to be written where it is stored.
  static func sources(
    of plan: ExpansionPlan, for original: ConvolutionKernel,
    searched: [ConvolutionKernel]? = nil, seed: UInt64, unit: Int
  ) throws(ExpansionRefusal) -> [MixedWeights] {
    guard original.hasFiniteWeights else { throw .weightsNotFinite }
    var generator = SeededGenerator(seed: seed, stream: UInt64(truncatingIfNeeded: unit))
    var factors: [MixedWeights]
    if let searched {
      factors = MixedWeights.all(searched, of: plan)
    } else {
      factors = try factorsByRule(of: plan, for: original, using: &generator)
    }
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

  /// S_1 … S_l.
  private static func factorsByRule(
    of plan: ExpansionPlan, for original: ConvolutionKernel, using generator: inout SeededGenerator
  ) throws(ExpansionRefusal) -> [MixedWeights] {
    let tiling: UnitTiling
    do throws(NarrowUnit) {
      guard plan.strategy == .ck else {
        try PointwiseFactors.check(plan)
        return PointwiseFactors.factors(of: plan, for: original)
      }
      tiling = try UnitTiling(plan)
    } catch {
      throw .preserveNeedsWidth(error)
    }
    return try ShiftingFactors(plan, tiling, using: &generator).factors(for: original)
  }

  /// The factor of `plan` that holds the original's weights, from 0.
  ///
  /// - Throws: what is too narrow where no weights of the plan's factors keep every function.
  package static func freeFactor(of plan: ExpansionPlan) throws(NarrowUnit) -> Int {
    if plan.strategy == .ck { return try UnitTiling(plan).free }
    try PointwiseFactors.check(plan)
    return PointwiseFactors.freeFactor
  }

  /// The worst condition of a unit's factors but the free one: σ_max / σ_min of their matrices.
  package static func condition(of factors: [ConvolutionKernel], free: Int) -> Double {
    condition(ofFactors: factors.count, free: free) { factors[$0] } ?? 1
  }

  /// The same, of factors that are read one by one, the free one, by far the largest, never; nil
  /// where one cannot be read.
  static func condition(
    ofFactors count: Int, free: Int, reading factor: (Int) -> ConvolutionKernel?
  ) -> Double? {
    var worst = 1.0
    for index in 0..<count where index != free {
      guard let kernel = factor(index) else { return nil }
      worst = max(worst, FactorCondition.condition(of: kernel))
    }
    return worst
  }
}

extension ConvolutionKernel {
  fileprivate var hasFiniteWeights: Bool {
    let isFinite = Atomic(true)
    withStoredWeights { weights in
      Parallel.perform(geometry.weightCount, runsOf: 1 << 16) { run in
        if !run.allSatisfy({ weights[$0].isFinite }) { isFinite.store(false, ordering: .relaxed) }
      }
    }
    return isFinite.load(ordering: .relaxed)
  }
}
