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
  /// What the last step multiplies by, and with it the roundings before it.
  let gain: Double
  let definition: @Sendable (Double) -> Double

  init(
    _ function: ElementwiseFunction, kinks: [Double] = [], in range: Range<Double> = -4..<4,
    gain: Double = 1, _ definition: @escaping @Sendable (Double) -> Double
  ) {
    self.function = function
    self.kinks = kinks
    self.range = range
    self.gain = gain
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
    Case(.gelu, gain: 2) { $0 * 0.5 * (1 + erf($0 / 2.0.squareRoot())) },
    Case(.hardSwish, kinks: [-3, 3]) { $0 * min(max($0 / 6 + 0.5, 0), 1) },
  ]
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
    // All stay in magnitude below e⁴ < 64 and are made of at most 8 steps (reduce the argument,
    // polynomial, scale, add, divide), each of which rounds a value below 1, or below the result.
    let bound = NaiveTensor(
      shape, expected.elements.map { item.gain * 8 * 0x1p-24 * max(1, $0.magnitude) })
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
    // As above, and h²/6·f‴ with |f‴| ≤ 400 for the differences.
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
