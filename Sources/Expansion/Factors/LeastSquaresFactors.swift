import TensorCore

/// How near the factors of a plan that is too narrow can come to a kernel.
///
/// Alternating least squares: the composition is linear in each factor, so with the others held,
///
///     min over F_j of ‖W − L_j∘F_j∘R_j‖²,
///
/// is solved by a few steps of conjugate gradients on its normal equations, of which the
/// composition and its gradient are all that is needed; and so around the chain, a fixed number of
/// times. It finds the best CL and FC factors as subspace iteration does, and CK factors that may
/// not be the best.
package enum LeastSquaresFactors {
  private static let sweeps = 12
  private static let steps = 6
  /// The most multiplications to spend: a second or so.
  private static let budget = 2e9

  /// ‖W − W̃‖ / ‖W‖; nil where the search would take too long or W is zero.
  package static func residual(
    of plan: ExpansionPlan, for original: ConvolutionKernel
  ) -> Double? {
    let norm = length(original.weights)
    let geometries = plan.factors.map(\.bare)
    guard norm > 0, norm.isFinite, cost(geometries) <= budget else { return nil }
    var generator = SeededGenerator(seed: 0)
    var factors = geometries.map { geometry in
      RandomFactors.kernel(geometry, using: &generator)
    }
    do {
      for _ in 0..<sweeps {
        for index in factors.indices { try improve(index, of: &factors, for: original.weights) }
      }
      let composed = try KernelComposition.compose(factors)
      return length(zip(original.weights, composed.weights).map(-)) / norm
    } catch {
      return nil
    }
  }

  /// Conjugate gradients for the least squares of one factor, from where it is.
  private static func improve(
    _ index: Int, of factors: inout [ConvolutionKernel], for target: [Double]
  ) throws(CompositionFailure) {
    func composed(_ weights: [Double]) throws(CompositionFailure) -> [Double] {
      var chain = factors
      chain[index] = ConvolutionKernel(
        geometry: factors[index].geometry, weights: weights, bias: nil)
      return try KernelComposition.compose(chain).weights
    }
    func gradient(_ residual: [Double]) throws(CompositionFailure) -> [Double] {
      try KernelComposition.gradients(of: factors, residual)[index]
    }
    var weights = factors[index].weights
    var residual = zip(target, try composed(weights)).map(-)
    var slope = try gradient(residual)
    var direction = slope
    var size = dotProduct(slope, slope)
    let least = size * 0x1p-60
    for _ in 0..<steps where size > least {
      let image = try composed(direction)
      let curvature = dotProduct(image, image)
      guard curvature > 0 else { break }
      let step = size / curvature
      for position in weights.indices { weights[position] += step * direction[position] }
      for position in residual.indices { residual[position] -= step * image[position] }
      slope = try gradient(residual)
      let next = dotProduct(slope, slope)
      direction = zip(slope, direction).map { $0 + next / size * $1 }
      size = next
    }
    factors[index] = ConvolutionKernel(
      geometry: factors[index].geometry, weights: weights, bias: nil)
  }

  /// Multiplications of the whole search, the chain composed from its first factor on.
  private static func cost(_ chain: [KernelGeometry]) -> Double {
    guard let first = chain.first else { return 0 }
    var taps = Double(first.taps)
    var composing = 0.0
    for factor in chain.dropFirst() {
      composing += Double(factor.weightCount) * Double(first.inputsPerGroup) * taps
      taps *= Double(factor.taps)
    }
    return composing * Double(4 * chain.count * sweeps * steps)
  }

  private static func length(_ a: [Double]) -> Double { dotProduct(a, a).squareRoot() }
}

extension KernelGeometry {
  /// The kernel alone: in a plan nothing else has a say in the weights that it composes to.
  fileprivate var bare: KernelGeometry {
    KernelGeometry(
      outputs: outputs, inputsPerGroup: inputsPerGroup, group: group, extents: extents,
      dilations: dilations)
  }
}
