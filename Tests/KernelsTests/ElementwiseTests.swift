import Foundation
import Kernels
import TensorCore
import TestSupport
import Testing

/// A function and what it means in Double, with the points that its kinks must be kept away from.
private struct Case: Sendable, CustomTestStringConvertible {
  let function: ElementwiseFunction
  let kinks: [Double]
  let range: Range<Double>
  /// The error of the result at an x, in units of 2⁻²⁴.
  ///
  /// But for GELU's, results are made of at most 8 steps (reduce the argument, polynomial, scale, add,
  /// divide), each of which rounds a value below 1, or below the result.
  let roundings: @Sendable (Double) -> Double
  let definition: @Sendable (Double) -> Double

  init(
    _ function: ElementwiseFunction, kinks: [Double] = [], in range: Range<Double> = -4..<4,
    roundings: (@Sendable (Double) -> Double)? = nil,
    _ definition: @escaping @Sendable (Double) -> Double
  ) {
    self.function = function
    self.kinks = kinks
    self.range = range
    self.roundings = roundings ?? { 8 * max(1, definition($0).magnitude) }
    self.definition = definition
  }

  var testDescription: String { "\(function)" }

  static let all = [
    Case(.relu(slope: 0), kinks: [0]) { max($0, 0) },
    Case(.relu(slope: 0.125), kinks: [0]) { $0 > 0 ? $0 : 0.125 * $0 },
    Case(.clip(lower: -1, upper: 2), kinks: [-1, 2]) { min(max($0, -1), 2) },
    Case(.logistic) { 1 / (1 + exp(-$0)) },
    Case(.tanh) { Foundation.tanh($0) },
    Case(.linear(scale: -1.5, shift: 0.25)) { -1.5 * $0 + 0.25 },
    Case(.elu(alpha: 0.5), kinks: [0]) { $0 > 0 ? $0 : 0.5 * (exp($0) - 1) },
    Case(.softplus) { log(1 + exp($0)) },
    Case(.exponential) { exp($0) },
    Case(.squareRoot, in: 0.25..<4) { $0.squareRoot() },
    Case(.absolute, kinks: [0]) { $0.magnitude },
    Case(.power(scale: 0.5, exponent: -1), in: 0.25..<4) { 0.5 / $0 },
    Case(.power(scale: 1, exponent: 2)) { $0 * $0 },
    Case(.gelu, roundings: geluRoundings) { $0 * 0.5 * (1 + erf($0 / 2.0.squareRoot())) },
    Case(.hardSwish, kinks: [-3, 3]) { $0 * min(max($0 / 6 + 0.5, 0), 1) },
  ]
}

/// GELU's error at x, in units of 2⁻²⁴: that E of erf(z), z = |x|/√2, 1 for its sum with 1, both times
/// |x|/2, and 2 for the last products.
///
/// E is that of the worse of the two ways in which oneDNN computes erf.
///
/// One is Abramowitz and Stegun's formula 7.1.26, 1 − t·P(t)·exp(−z²), which is off by at most
/// 1.5e-7 = 2.5·2⁻²⁴. Of its roundings, that of the difference counts as 1. Those of the product count
/// times exp(−z²): 5 of Horner's steps, of values below 2; 7 for the two of t, for |(tP)′| < 3.5;
/// 4 for exp, the product and what z² has.
///
/// The other, of oneDNN 3 with AVX-512, has a polynomial of degree 5 in |x| for each quarter of an
/// octave. About the middle m of a piece it is Σ aⱼ(|x| − m)ʲ with aⱼ = f⁽ʲ⁾(m)/j!, f = erf(|x|/√2),
/// so f⁽ʲ⁾ = √(2/π)·He₍ⱼ₋₁₎·exp(−x²/2). In powers of |x| the coefficients of aⱼ's term sum up to
/// 2ʲmʲ at m, and the sums of Horner's steps to half of that: 2⁻²⁴ of each is rounded, and 1 for the
/// last step.
private func geluRoundings(_ x: Double) -> Double {
  let size = x.magnitude
  let formula = 2.5 + 1 + 16 * exp(-x * x / 2)
  let octave = Double(sign: .plus, exponent: size.exponent, significand: 1)
  let middle = octave * ((4 * size / octave).rounded(.down) + 0.5) / 4
  let hermite = [
    1, middle, middle * middle - 1, pow(middle, 3) - 3 * middle,
    pow(middle, 4) - 6 * middle * middle + 3,
  ]
  let density = (2 / Double.pi).squareRoot() * exp(-middle * middle / 2)
  var (factorial, powers, polynomial) = (1.0, 1.0, 1.0)
  for (index, value) in hermite.enumerated() {
    factorial *= Double(index + 1)
    powers *= 2 * middle
    polynomial += 1.5 * powers * density * value.magnitude / factorial
  }
  let result = size / 2 * (1 + erf(x / 2.0.squareRoot()))
  return size / 2 * (max(formula, polynomial) + 1) + 2 * result
}

@Suite struct `Elementwise kernels` {
  @Test(arguments: Case.all)
  private func `compute what the definition says, and its gradient`(_ item: Case) throws {
    let seed: UInt64 = 7
    var generator = SeededGenerator(seed: seed)
    let shape = [2, 3, 5, 7]
    let step = 1e-4
    var x = NaiveTensor(random: shape, in: item.range, using: &generator)
    for index in x.elements.indices {
      // An eighth away from a kink no difference crosses it.
      for kink in item.kinks where (x.elements[index] - kink).magnitude < 0.125 {
        x.elements[index] = kink + 0.125
      }
    }
    let g = NaiveTensor(random: shape, using: &generator)
    let bench = try Workbench()
    let context: Comment = "seed \(seed): \(item.function)"

    let forward = try Primitive.elementwise(
      item.function, source: TensorLayout(plain: shape), on: bench.engine)
    let y = try bench.run(forward, [(.source, x)], outputs: [(.destination, shape)])
    let expected = NaiveTensor(shape, x.elements.map(item.definition))
    let bound = NaiveTensor(shape, x.elements.map { 0x1p-24 * item.roundings($0) })
    expectClose(y[0], expected, within: bound, context)

    let backward = try Primitive.elementwiseBackward(
      item.function, source: TensorLayout(plain: shape), gradient: .any(shape), forward: forward,
      on: bench.engine)
    let dx = try bench.run(
      backward, [(.source, x), (.gradientDestination, g)], outputs: [(.gradientSource, shape)])
    var expectedDx = g
    for index in x.elements.indices {
      let value = x.elements[index]
      let slope = (item.definition(value + step) - item.definition(value - step)) / (2 * step)
      expectedDx.elements[index] *= slope
    }
    // At most 8 roundings of a value below 1, or below the result, and h²/6·f‴ with |f‴| ≤ 400 for the differences.
    let slopeBound = NaiveTensor(
      shape,
      expectedDx.elements.map { 8 * 0x1p-24 * max(1, $0.magnitude) + step * step / 6 * 400 })
    expectClose(dx[0], expectedDx, within: slopeBound, context)
  }

  @Test(arguments: [
    (ElementwiseFunction.relu(slope: 0), 0.0, 0.0), (.relu(slope: 0.25), 0, 0.25),
    (.clip(lower: -1, upper: 6), -1, 0), (.clip(lower: -1, upper: 6), 6, 0), (.absolute, 0, 0),
  ])
  func `have PyTorch's gradient at a kink`(
    function: ElementwiseFunction, at kink: Double, gradient: Double
  ) throws {
    let bench = try Workbench()
    // One shape fills vector registers, one does not.
    for shape in [[1, 32], [1, 3]] {
      let count = shape.reduce(1, *)
      let layout = try TensorLayout(plain: shape)
      let forward = try Primitive.elementwise(function, source: layout, on: bench.engine)
      let backward = try Primitive.elementwiseBackward(
        function, source: layout, gradient: layout, forward: forward, on: bench.engine)
      let dx = try bench.run(
        backward,
        [
          (.source, NaiveTensor(shape, [Double](repeating: kink, count: count))),
          (.gradientDestination, NaiveTensor(shape, [Double](repeating: 1, count: count))),
        ], outputs: [(.gradientSource, shape)])
      #expect(dx[0].elements.allSatisfy { $0 == gradient }, "\(function)")
    }
  }
}
