import Foundation
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// A function of one element, as ONNX defines it, in Double.
private struct Case: Sendable, CustomTestStringConvertible {
  let name: Name
  let attributes: Attributes
  let range: Range<Double>
  let kinks: [Double]
  /// What neither |f|/(1 + |x|) nor |f′| exceeds in the range.
  let scale: Double
  /// What |f‴| does not exceed.
  let third: Double
  let definition: @Sendable (Double) -> Double

  init(
    _ name: Name, _ attributes: Attributes = [:], in range: Range<Double> = -4..<4,
    kinks: [Double] = [], scale: Double = 2, third: Double = 0,
    _ definition: @escaping @Sendable (Double) -> Double
  ) {
    self.name = name
    self.attributes = attributes
    self.range = range
    self.kinks = kinks
    self.scale = scale
    self.third = third
    self.definition = definition
  }

  var testDescription: String { "\(name)" }

  static let whole = (-5...5).map { Double($0) }

  static let all = [
    Case("Abs", kinks: [0]) { $0.magnitude },
    Case("Ceil", kinks: whole) { $0.rounded(.up) },
    Case("Celu", ["alpha": .float(2)], third: 1) { max(0, $0) + min(0, 2 * (exp($0 / 2) - 1)) },
    Case("Elu", kinks: [0], third: 1) { $0 > 0 ? $0 : exp($0) - 1 },
    Case("Elu", ["alpha": .float(1.5)], kinks: [0], third: 2) { $0 > 0 ? $0 : 1.5 * (exp($0) - 1) },
    Case("Erf", third: 3) { erf($0) },
    Case("Exp", in: -2..<2, scale: 8, third: 8) { exp($0) },
    Case("Floor", kinks: whole) { $0.rounded(.down) },
    Case("HardSigmoid", kinks: [-2.5, 2.5]) { min(max(0.2 * $0 + 0.5, 0), 1) },
    Case("HardSigmoid", ["alpha": .float(0.5), "beta": .float(0.25)], kinks: [-0.5, 1.5]) {
      min(max(0.5 * $0 + 0.25, 0), 1)
    },
    Case("HardSwish", kinks: [-3, 3]) { $0 * min(max($0 / 6 + 0.5, 0), 1) },
    Case("Log", in: 0.5..<2, third: 16) { log($0) },
    Case("Neg") { -$0 },
    Case("Reciprocal", in: 0.5..<2, scale: 4, third: 96) { 1 / $0 },
    Case("Round", kinks: whole.map { $0 + 0.5 }) { $0.rounded(.toNearestOrEven) },
    Case("Selu", kinks: [0], third: 2) {
      1.050_701_022_148_132_3 * ($0 > 0 ? $0 : 1.673_263_192_176_818_8 * (exp($0) - 1))
    },
    Case("Sign", kinks: [0]) { $0 > 0 ? 1 : -1 },
    Case("Softplus", third: 1) { log(1 + exp($0)) },
    Case("Softsign", kinks: [0], third: 6) { $0 / (1 + $0.magnitude) },
    Case("Sqrt", in: 0.5..<2, third: 3) { $0.squareRoot() },
    Case("ThresholdedRelu", kinks: [1]) { $0 > 1 ? $0 : 0 },
  ]
}

@Suite struct `Gradients of functions of one element` {
  /// The C library rounds its functions to one ULP; none of these takes more than 6 steps, each of
  /// which rounds a value below scale·(1 + |x|), or in the gradient below the scale. Differences err
  /// by h²/6·f‴.
  @Test(arguments: Case.all, UInt64(0)..<4)
  private func `agree with central differences`(_ item: Case, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let step = 0x1p-14
    try GradientProblem(
      item.name, item.attributes,
      [.parameter(generator.smallTensor(in: item.range, avoiding: item.kinks))], terms: 6,
      step: step, slack: step * step / 6 * item.third / item.scale,
      magnitude: { $0[0].map { item.scale * (1 + $0) } }, twin: { $0[0].map(item.definition) }
    ).expectAgreement(seed: seed)
  }

  /// On a blocked layout, whose channels are padded to vector registers: a function that keeps 0
  /// runs on the padding too, one that doesn't must not. Of a convolution by ones, K terms.
  @Test(arguments: ["Abs", "Softplus", "HardSwish"] as [Name])
  func `behind and before a convolution with an odd number of channels`(type: Name) throws {
    var generator = SeededGenerator(seed: 5)
    let item = try #require(Case.all.first { $0.name == type })
    let x = generator.tensor([2, 3, 5, 4], in: 0.25..<0.5)
    let w = generator.tensor([19, 3, 1, 1], in: 0.25..<0.5)
    let v = generator.tensor([2, 19, 1, 1], in: 0.25..<0.5)
    var builder = GraphBuilder(name: "convolutions", opset: 14)
    for (name, value) in [("x", x), ("w", w), ("v", v)] as [(Name, NaiveTensor)] {
      builder.addParameter(name, value)
    }
    builder.addNode(
      name: "a", type: OperatorType("Conv"), attributes: [:], inputs: ["x", "w"], outputs: ["h"])
    builder.addNode(
      name: "f", type: OperatorType(type), attributes: [:], inputs: ["h"], outputs: ["f"])
    builder.addNode(
      name: "b", type: OperatorType("Conv"), attributes: [:], inputs: ["f", "v"], outputs: ["y"])
    builder.addOutput("y", type: nil)
    func mixed(_ x: NaiveTensor, _ w: NaiveTensor) -> NaiveTensor {
      var result = NaiveTensor(zeros: [x.shape[0], w.shape[0]] + x.shape[2...])
      for index in result.indices {
        for channel in 0..<x.shape[1] {
          result[index] +=
            w[[index[1], channel, 0, 0]] * x[[index[0], channel, index[2], index[3]]]
        }
      }
      return result
    }
    let step = 0x1p-14
    // h < 1: 19 + 3 terms, each of at most 6 + 3 roundings; f‴ times w³ < 1, and its slack.
    try GradientProblem(
      try builder.build(), [("x", x), ("w", w), ("v", v)], terms: 19 + 2 * 20 * 9 + 3, step: step,
      slack: step * step,
      magnitude: { mixed(mixed($0[0], $0[1]).map { 2 * (1 + $0) }, $0[2]) },
      twin: { mixed(mixed($0[0], $0[1]).map(item.definition), $0[2]) }
    ).expectAgreement(seed: 5)
  }
}
