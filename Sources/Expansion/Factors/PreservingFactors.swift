import TensorCore

/// Factors that compute together what the original kernel computed, for CL and FC of rate 1 or more.
///
///     F₁: orthonormal columns      F₃: orthonormal rows      F₂ = F₃⁺ · W · F₁⁺ per tap
///
/// in every group, F₁⁺ = F₁ᵀ and F₃⁺ = F₃ᵀ where the factors are exact. FC of two factors has no F₃.
/// Inner biases are zero, the last factor has the original's.
package enum PreservingFactors {
  /// The factors of `plan`, already rounded to `rounding`'s type.
  ///
  /// F₁ and F₃ are rounded first and F₂ solved for the rounded ones, by iterating
  /// F₂ += F₃ᵀ (W − F₃F₂F₁) F₁ᵀ, which shrinks the residual by the factors' rounding each time. So
  /// F₂'s rounding is the only error left, and `PreserveBound` bounds it.
  package static func factors(
    of plan: ExpansionPlan, for original: ConvolutionKernel, rounding: FloatingRounding,
    seed: UInt64, unit: Int
  ) throws(ExpansionRefusal) -> [ConvolutionKernel] {
    try check(plan)
    guard original.weights.allSatisfy(\.isFinite) else { throw .weightsNotFinite }
    var generator = SeededGenerator(seed: seed, stream: UInt64(truncatingIfNeeded: unit))
    let first = plan.factors[0]
    let widening = rounding.rounded(orthonormalColumns(first, using: &generator))
    var narrowing: ConvolutionKernel?
    if plan.factors.count == 3 {
      let last = plan.factors[2]
      narrowing =
        rounding.rounded(orthonormalColumns(transposed(last), using: &generator))
        .transposedPerGroup
    }
    let middle: [Double]
    do {
      middle = try solveMiddle(bare(original), between: widening, and: narrowing)
    } catch {
      throw .factorTooLarge(factor: 1, weights: Double(plan.factors[1].weightCount))
    }
    var factors = [
      placed(widening.weights, plan.factors[0], bias: nil),
      placed(middle.map(rounding.rounded), plan.factors[1], bias: original.bias),
    ]
    if let narrowing {
      factors[1] = placed(factors[1].weights, plan.factors[1], bias: nil)
      factors.append(placed(narrowing.weights, plan.factors[2], bias: original.bias))
    }
    return factors
  }

  /// Throws where no weights of the plan's factors keep the function.
  package static func check(_ plan: ExpansionPlan) throws(ExpansionRefusal) {
    guard plan.strategy != .ck else { throw .preserveUnavailableForCK }
    let first = plan.factors[0]
    guard first.outputsPerGroup >= first.inputsPerGroup else {
      throw .preserveNeedsWidth(
        factor: 0, available: first.outputsPerGroup, needed: first.inputsPerGroup)
    }
    guard plan.factors.count == 3 else { return }
    let last = plan.factors[2]
    guard last.inputsPerGroup >= last.outputsPerGroup else {
      throw .preserveNeedsWidth(
        factor: 1, available: last.inputsPerGroup, needed: last.outputsPerGroup)
    }
  }

  private static func solveMiddle(
    _ original: ConvolutionKernel, between first: ConvolutionKernel, and last: ConvolutionKernel?
  ) throws(CompositionFailure) -> [Double] {
    func chained(
      _ middle: ConvolutionKernel, _ first: ConvolutionKernel, _ last: ConvolutionKernel?
    ) throws(CompositionFailure) -> ConvolutionKernel {
      try KernelComposition.compose([first, middle] + (last.map { [$0] } ?? []))
    }
    let (firstT, lastT) = (first.transposedPerGroup, last?.transposedPerGroup)
    var middle = try chained(original, firstT, lastT)
    // The residual shrinks by at least 2^-6 each time, for bfloat16; ten times exhaust Double.
    let goal = original.largestMagnitude * 0x1p-46
    for _ in 0..<10 {
      let composed = try chained(middle, first, last)
      let residual = original.zippedWeights(composed, -)
      guard residual.largestMagnitude > goal else { break }
      middle = middle.zippedWeights(try chained(residual, firstT, lastT), +)
    }
    return middle.weights
  }

  /// The weights alone: no bias, no pads, no strides.
  private static func bare(_ original: ConvolutionKernel) -> ConvolutionKernel {
    let geometry = original.geometry
    return ConvolutionKernel(
      geometry: KernelGeometry(
        outputs: geometry.outputs, inputsPerGroup: geometry.inputsPerGroup, group: geometry.group,
        extents: geometry.extents, dilations: geometry.dilations),
      weights: original.weights, bias: nil)
  }

  /// A 1×1 kernel whose matrix of each group, outputs × inputs, has orthonormal columns.
  private static func orthonormalColumns(
    _ geometry: KernelGeometry, using generator: inout SeededGenerator
  ) -> ConvolutionKernel {
    let (rows, columns) = (geometry.outputsPerGroup, geometry.inputsPerGroup)
    var weights: [Double] = []
    for _ in 0..<geometry.group {
      let vectors = OrthonormalVectors.random(count: columns, length: rows, using: &generator)
      for row in 0..<rows {
        for column in 0..<columns { weights.append(vectors[column * rows + row]) }
      }
    }
    return ConvolutionKernel(
      geometry: KernelGeometry(
        outputs: geometry.outputs, inputsPerGroup: columns, group: geometry.group,
        extents: geometry.extents),
      weights: weights, bias: nil)
  }

  private static func transposed(_ geometry: KernelGeometry) -> KernelGeometry {
    KernelGeometry(
      outputs: geometry.inputs, inputsPerGroup: geometry.outputsPerGroup, group: geometry.group,
      extents: geometry.extents)
  }

  private static func placed(
    _ weights: [Double], _ geometry: KernelGeometry, bias: [Double]?
  ) -> ConvolutionKernel {
    ConvolutionKernel(
      geometry: geometry, weights: weights,
      bias: geometry.hasBias
        ? bias ?? [Double](repeating: 0, count: geometry.outputs) : nil)
  }
}

extension ConvolutionKernel {
  var largestMagnitude: Double { weights.reduce(0) { max($0, $1.magnitude) } }

  /// This 1×1 kernel with the matrix of each group transposed, bare of bias, pads and strides.
  fileprivate var transposedPerGroup: ConvolutionKernel {
    let (rows, columns) = (geometry.outputsPerGroup, geometry.inputsPerGroup)
    var transposed = [Double](repeating: 0, count: weights.count)
    for group in 0..<geometry.group {
      let base = group * rows * columns
      for row in 0..<rows {
        for column in 0..<columns {
          transposed[base + column * rows + row] = weights[base + row * columns + column]
        }
      }
    }
    return ConvolutionKernel(
      geometry: KernelGeometry(
        outputs: geometry.inputs, inputsPerGroup: rows, group: geometry.group,
        extents: geometry.extents),
      weights: transposed, bias: nil)
  }

  /// The kernel of equal shape that `combine` makes of each weight of this one and the other's.
  fileprivate func zippedWeights(
    _ other: ConvolutionKernel, _ combine: (Double, Double) -> Double
  ) -> ConvolutionKernel {
    ConvolutionKernel(
      geometry: geometry, weights: zip(weights, other.weights).map(combine), bias: bias)
  }
}
