import TensorCore

/// Factors for a plan that no rule has factors for, or how near such factors can come.
///
/// A composition has as many equations as the kernel has weights, and most plans more unknowns,
/// less p² for each width p, which changes of the channels between two factors cost: CK of r = 2
/// has exact factors for most kernels, though none so simple as `ShiftingFactors`. They are searched
/// for from random ones, by `FactorSearch`.
///
/// What is found is kept where two things hold. It is exact: ‖W − W̃‖ ≤ 2⁻⁴⁶·‖W‖, a hundred
/// roundings of Double, which for N weights like each other is some √N·2⁻⁴⁸ of the largest one,
/// less than the 2⁻⁴⁰ that `PreserveBound` leaves to arithmetic in Double. And rounding it to Float
/// moves W by no more than 16 roundings of the largest weight, by that bound: 4 of 24 bits, where
/// factors by rule take up to 12 roundings. Factors that are large and cancel each other, to come
/// near a kernel that none compose to, are far beyond.
///
/// Factors are returned with orthonormal rows, or columns, but for the last one:
///
///     F_j = L·Q,   F_j ← Q,   F_{j+1} ← F_{j+1}·L
///
/// so that they are of condition 1, as those by rule are, and the last is the free one.
package enum LeastSquaresFactors {
  package enum Outcome: Sendable, Hashable {
    case found([ConvolutionKernel])
    case none(NarrowUnit.Search)
  }

  /// The largest ‖W − W̃‖ / ‖W‖ of factors that are kept.
  package static let exactness = 0x1p-46
  /// How far they may move W when they are stored, in roundings of Float of the largest weight.
  package static let mostRoundings = 16.0
  /// Multiplications to spend on a search from one start: a second or so.
  private static let budget = 3e9

  /// Always the same factors for the same kernel.
  ///
  /// - Parameter original: requires finite weights.
  package static func search(
    of plan: ExpansionPlan, for original: ConvolutionKernel
  ) -> Outcome {
    let geometries = plan.factors.map(\.bare)
    let largest = original.weights.reduce(0) { max($0, $1.magnitude) }
    let scale = largest == 0 ? 1 : largest.binade
    let target = original.withoutBias.mapped { $0 / scale }
    let starts = mayBeExact(geometries, target) ? 3 : 1
    var best: NarrowUnit.Search?
    do throws(CompositionFailure) {
      for start in 0..<starts {
        var generator = SeededGenerator(seed: UInt64(start))
        guard
          var search = try FactorSearch(geometries, target, budget: budget, using: &generator)
        else { return .none(.tooCostly) }
        try search.run(until: exactness)
        if search.error > exactness {
          best = best?.better(.misses(search.error)) ?? .misses(search.error)
          if search.isSpent { break }
          continue
        }
        let factors = withOrthonormalRows(search.factors)
        let roundings = try roundings(of: factors, for: target)
        if roundings <= mostRoundings {
          let last = factors.count - 1
          return .found(factors.dropLast() + [factors[last].mapped { $0 * scale }])
        }
        let magnified = NarrowUnit.Search.magnifies(roundings: roundings)
        best = best?.better(magnified) ?? magnified
      }
    } catch {
      return .none(.tooCostly)
    }
    return .none(best ?? .tooCostly)
  }

  /// Whether there are as many unknowns as equations. Where there are, other random factors to
  /// start from may lead further.
  private static func mayBeExact(
    _ geometries: [KernelGeometry], _ target: ConvolutionKernel
  ) -> Bool {
    let changes = geometries.dropLast().reduce(0) { $0 + $1.outputs * $1.outputsPerGroup }
    return geometries.reduce(0) { $0 + $1.weightCount } - changes >= target.geometry.weightCount
  }

  private static func withOrthonormalRows(
    _ factors: [ConvolutionKernel]
  ) -> [ConvolutionKernel] {
    var factors = factors
    for index in factors.indices.dropLast() {
      let (q, lower) = factors[index].rowsOrthonormalized()
      factors[index] = q
      factors[index + 1] = factors[index + 1].changingInputs(by: lower)
    }
    return factors
  }

  /// How far storing the factors as Floats moves the kernel, in roundings of its largest weight.
  private static func roundings(
    of factors: [ConvolutionKernel], for original: ConvolutionKernel
  ) throws(CompositionFailure) -> Double {
    let largest = original.weights.reduce(0) { max($0, $1.magnitude) }
    guard largest > 0, let rounding = FloatingRounding(.float) else { return 0 }
    let bound = try PreserveBound.weightError(
      factors: factors, original: original, rounding: rounding)
    return bound / (rounding.unitRoundoff * largest)
  }
}

extension NarrowUnit.Search {
  /// Which of two says more of what there may be: what is exact, then what is nearer.
  fileprivate func better(_ other: Self) -> Self {
    switch (self, other) {
    case (.magnifies(let a), .magnifies(let b)): a <= b ? self : other
    case (.misses(let a), .misses(let b)): a <= b ? self : other
    case (.magnifies, _), (_, .tooCostly): self
    default: other
    }
  }
}

extension KernelGeometry {
  /// The kernel alone: in a plan nothing else has a say in the weights that it composes to.
  fileprivate var bare: KernelGeometry {
    KernelGeometry(
      outputs: outputs, inputsPerGroup: inputsPerGroup, group: group, extents: extents,
      dilations: dilations)
  }
}
