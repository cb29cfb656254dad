import Foundation
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Gradients of activations` {
  /// Nothing is rounded but the product with the slope: an element's magnitude is the source's own.
  private func checkPiecewise(
    _ type: Name, _ attributes: Attributes = [:], bounds: [GradientProblem.Operand] = [],
    opset: Int = 13, kinks: [Double], seed: UInt64, _ function: @escaping (Double) -> Double
  ) throws {
    var generator = SeededGenerator(seed: seed)
    try GradientProblem(
      type, attributes, [.parameter(generator.smallTensor(avoiding: kinks))] + bounds, opset: opset,
      terms: 1, step: 0x1p-10, magnitude: { $0[0] }, twin: { $0[0].map(function) }
    ).expectAgreement(seed: seed)
  }

  @Test(arguments: UInt64(0)..<6)
  func `Relu and LeakyRelu`(seed: UInt64) throws {
    try checkPiecewise("Relu", kinks: [0], seed: seed) { max($0, 0) }
    let alpha: Float = [0.01, 0.25, -0.5][Int(seed % 3)]
    try checkPiecewise(
      "LeakyRelu", seed == 0 ? [:] : ["alpha": .float(alpha)], kinks: [0], seed: seed
    ) { $0 < 0 ? Double(alpha) * $0 : $0 }
  }

  @Test(arguments: UInt64(0)..<6)
  func `Clip by attributes, by inputs, and by one bound only`(seed: UInt64) throws {
    let (low, high): (Float, Float) = (-1.5, 2)
    let clipped = { (x: Double) in min(max(x, -1.5), 2) }
    try checkPiecewise(
      "Clip", ["min": .float(low), "max": .float(high)], opset: 6, kinks: [-1.5, 2], seed: seed,
      clipped)
    try checkPiecewise(
      "Clip", bounds: [.floats([low], shape: []), .floats([high], shape: [])],
      kinks: [-1.5, 2], seed: seed, clipped)
    try checkPiecewise(
      "Clip", bounds: [.none, .floats([high], shape: [])], kinks: [2], seed: seed
    ) { min($0, 2) }
    try checkPiecewise(
      "Clip", bounds: [.floats([low], shape: [])], kinks: [-1.5], seed: seed
    ) { max($0, -1.5) }
    // ONNX: where the bounds are out of order, everything is the greater one's.
    try checkPiecewise(
      "Clip", bounds: [.floats([high], shape: []), .floats([low], shape: [])], kinks: [],
      seed: seed
    ) { _ in -1.5 }
  }

  /// Made of at most 8 steps (argument, polynomial, scale, add, divide), each of which rounds a
  /// value below 1 or the result: 6 terms of a magnitude ≥ 1, whose slope is 1. The differences err
  /// by h²/6·f‴ with |f‴| ≤ 2.
  @Test(arguments: UInt64(0)..<6)
  func `Sigmoid and Tanh`(seed: UInt64) throws {
    let step = 0x1p-14
    for (type, function) in [
      ("Sigmoid", { 1 / (1 + exp(-$0)) }), ("Tanh", { tanh($0) }),
    ] as [(Name, (Double) -> Double)] {
      var generator = SeededGenerator(seed: seed)
      try GradientProblem(
        type, [:], [.parameter(generator.smallTensor())], terms: 6, step: step,
        slack: step * step / 3, magnitude: { $0[0].map { 1 + $0 } },
        twin: { $0[0].map(function) }
      ).expectAgreement(seed: seed)
    }
  }
}
