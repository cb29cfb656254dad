import Foundation
import TensorCore

/// Levenberg and Marquardt's search for factors that compose to a kernel.
///
/// With F all factors together, J the derivative of their composition W̃ and R = W − W̃, a step is
/// the D of
///
///     min ‖R − J·D‖² + μ·‖D‖²,     μ = λ·(‖R‖/‖W‖)·l·‖W‖²/‖F‖²
///
/// by conjugate gradients from 0 on its normal equations. λ falls with each step that comes nearer
/// and rises with each that does not. Near factors that are exact μ fades with R: the steps become
/// Newton's, the shortest ones where many would do, and each doubles the digits that are right.
struct FactorSearch {
  private(set) var factors: [ConvolutionKernel]
  /// ‖R‖ / ‖W‖.
  private(set) var error: Double
  private let target: [Double]
  private let norm: Double
  private var derivative: CompositionDerivative
  private var residual: [Double]
  /// Steps of conjugate gradients that the budget still allows.
  private var left: Int
  /// How many more it allows at a time, and how often, while they help.
  private let portion: Int
  private var portions = 9

  /// Steps of conjugate gradients for one step of the search: more near the end, where J hardly
  /// changes and each new beginning loses what the last has learned of it.
  private var longest: Int { error < 1e-3 ? 1_000 : 200 }
  /// Less than this in all says nothing.
  private static let fewest = 100

  /// Starts from random factors whose composition is as long as `target`; nil where the budget of
  /// multiplications, which a search that comes near may spend ten times, reaches for few steps
  /// only.
  init?(
    _ geometries: [KernelGeometry], _ target: ConvolutionKernel, budget: Double,
    using generator: inout SeededGenerator
  ) throws(CompositionFailure) {
    // Both products with the derivative take as much as two compositions do.
    let affordable = budget / max(1, 4 * Self.composing(geometries))
    guard affordable >= Double(Self.fewest) else { return nil }
    portion = Int(min(affordable, 1_500))
    left = portion
    self.target = target.weights
    norm = length(self.target)
    var factors = geometries.map { RandomFactors.kernel($0, using: &generator) }
    let scale = norm / length(try KernelComposition.compose(factors).weights)
    let share = pow(scale, 1 / Double(factors.count))
    if norm > 0, share.isFinite {
      factors = factors.map { $0.mapped { $0 * share } }
    } else {
      let last = factors.count - 1
      factors[last] = factors[last].mapped { _ in 0 }
    }
    self.factors = factors
    derivative = try CompositionDerivative(factors)
    residual = zip(self.target, derivative.composed).map(-)
    error = norm > 0 ? length(residual) / norm : 0
  }

  /// Whether the budget came to an end before the search did.
  var isSpent: Bool { left == 0 }

  /// Searches until the error is at most `goal`, five steps have lessened it by less than a
  /// ten-thousandth, or, with the budget spent, by less than nine tenths.
  mutating func run(until goal: Double) throws(CompositionFailure) {
    var damping = 0.1
    var errors = [error]
    func falls(to share: Double) -> Bool {
      errors.count < 6 || error < errors[errors.count - 6] * share
    }
    while error > goal, falls(to: 0.9999) {
      if left == 0 {
        guard portions > 0, falls(to: 0.1) else { break }
        portions -= 1
        left = portion
      }
      let squares = factors.reduce(0) { $0 + dotProduct($1.weights, $1.weights) }
      let step = try step(
        damping: damping * error * Double(factors.count) * norm * norm / squares)
      let before = error
      if try moved(by: step) {
        damping = max(1e-5, damping * (error < 0.7 * before ? 0.2 : 0.5))
      } else {
        damping *= 5
      }
      errors.append(error)
    }
  }

  /// Takes the step where it comes nearer.
  private mutating func moved(by step: [Double]) throws(CompositionFailure) -> Bool {
    var start = 0
    let candidates = factors.map { factor in
      let weights = factor.weights
      let next = zip(weights, step[start...]).map(+)
      start += weights.count
      return ConvolutionKernel(geometry: factor.geometry, weights: next, bias: nil)
    }
    let there = try CompositionDerivative(candidates)
    let missed = zip(target, there.composed).map(-)
    guard length(missed) / norm < error else { return false }
    (factors, derivative, residual) = (candidates, there, missed)
    error = length(missed) / norm
    return true
  }

  /// Conjugate gradients for the D above, as exact as the next error can tell: to the square of
  /// this one.
  private mutating func step(damping: Double) throws(CompositionFailure) -> [Double] {
    var rest = residual
    var slope = derivative.gradients(rest).flatMap(\.self)
    var step = [Double](repeating: 0, count: slope.count)
    var direction = slope
    var size = dotProduct(slope, slope)
    let enough = size * 0.01 * min(0.01, error * error)
    let near = norm * max(0.01 * error * error, 0x1p-52)
    for _ in 0..<min(left, longest) where size > enough && length(rest) > near {
      left -= 1
      let image = try derivative.applied(to: direction)
      let stride =
        size / (dotProduct(image, image) + damping * dotProduct(direction, direction))
      guard stride.isFinite else { break }
      add(stride, direction, to: &step)
      add(-stride, image, to: &rest)
      slope = derivative.gradients(rest).flatMap(\.self)
      add(-damping, step, to: &slope)
      let next = dotProduct(slope, slope)
      for index in direction.indices {
        direction[index] = slope[index] + next / size * direction[index]
      }
      size = next
    }
    return step
  }

  /// Multiplications to compose the chain from its first factor on, with what a product of small
  /// matrices, one for each pair of taps, costs besides.
  private static func composing(_ chain: [KernelGeometry]) -> Double {
    guard let first = chain.first else { return 0 }
    var extents = first.extents
    var composing = 0.0
    for factor in chain.dropFirst() {
      let taps = Double(extents.reduce(1, *))
      composing += Double(factor.weightCount) * Double(first.inputsPerGroup) * taps
      composing += 1000 * Double(factor.group * factor.taps) * taps
      extents = zip(extents, factor.extents).map { $0 + $1 - 1 }
    }
    return composing
  }
}

private func length(_ a: [Double]) -> Double { dotProduct(a, a).squareRoot() }

private func add(_ scale: Double, _ a: [Double], to b: inout [Double]) {
  for index in b.indices { b[index] += scale * a[index] }
}
