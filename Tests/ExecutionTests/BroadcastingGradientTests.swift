import Execution
import Foundation
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Gradients of functions of several elements` {
  /// Shapes that broadcast to one: each lacks leading axes, and has some of extent 1.
  private func shapes(_ count: Int, using generator: inout SeededGenerator) -> [[Int]] {
    let shape = generator.picks(generator.pick(1...4), 1...4)
    return (0..<count).map { _ in
      shape.dropFirst(generator.pick(0...shape.count - 1))
        .map { generator.pick(0...2) == 0 ? 1 : $0 }
    }
  }

  private static let functions: [(name: Name, apply: @Sendable (Double, Double) -> Double)] = [
    ("Sum", { $0 + $1 }), ("Mean", { $0 + $1 }), ("Max", { max($0, $1) }), ("Min", { min($0, $1) }),
  ]

  /// Operand k is of sixteenths and k sixty-fourths: whatever is compared lies at least 1/64 apart,
  /// further than differences of width 2⁻⁹ reach, and all functions are linear between.
  @Test(arguments: 0..<4, UInt64(0)..<12)
  func `Sum, Mean, Max and Min of one to three`(function: Int, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (name, apply) = Self.functions[function]
    let shapes = shapes(generator.pick(1...3), using: &generator)
    let operands = shapes.enumerated().map { k, shape in
      generator.tensor(shape, in: -64..<64).map { ($0.rounded(.down) + Double(k) / 4) / 16 }
    }
    let scale = name == "Mean" ? 1 / Double(operands.count) : 1
    func joined(
      _ tensors: [NaiveTensor], _ apply: (Double, Double) -> Double
    ) -> NaiveTensor {
      tensors.dropFirst().reduce(tensors[0]) { NaiveArithmetic.forward($0, $1, apply) }
        .map { scale * $0 }
    }
    let outputs = joined(operands, +).elements.count
    try GradientProblem(
      name, [:], operands.map { .parameter($0) }, terms: outputs + 4, step: 0x1p-10,
      magnitude: { joined($0, +) }, twin: { joined($0, apply) }
    ).expectAgreement(seed: seed)
  }

  /// aᵇ of a in [1/2, 2) and |b| < 2 stays below 4, its derivatives by a below 16 and 768, by b below
  /// 3 and 2: one ULP of the power, two products more, and the sum over what is repeated.
  @Test(arguments: UInt64(0)..<12)
  func `Pow by an exponent that is trained, or fixed`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shapes = shapes(2, using: &generator)
    let a = generator.tensor(shapes[0], in: 0.5..<2)
    let b = generator.tensor(shapes[1], in: -2..<2)
    let exponent = [2, 3, 0.5, -1][Int(seed % 4)]
    let step = 0x1p-16
    func problem(
      _ operands: [GradientProblem.Operand], _ exponent: @escaping ([NaiveTensor]) -> NaiveTensor
    ) throws {
      try GradientProblem(
        "Pow", [:], operands, terms: 4 + a.elements.count * b.elements.count, step: step,
        slack: step * step / 6 * 768 / 16,
        magnitude: {
          NaiveArithmetic.forward($0[0], exponent($0)) { 16 * (1 + $0 + $1.magnitude) }
        },
        twin: { NaiveArithmetic.forward($0[0], exponent($0)) { pow($0, $1) } }
      ).expectAgreement(seed: seed)
    }
    try problem([.parameter(a), .parameter(b)]) { $0[1] }
    try problem([.parameter(a), .floats([Float(exponent)], shape: [])]) { _ in
      NaiveTensor([], [exponent])
    }
  }

  /// One product, and the sum over what is repeated.
  @Test(arguments: UInt64(0)..<12)
  func `PRelu by one slope, one a channel, or any that broadcasts`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let x = generator.tensor([2, 3] + generator.picks(generator.pick(1...2), 1...4), in: -4..<4)
      .map { $0.magnitude < 0x1p-4 ? 0x1p-4 : $0 }
    let channels = [3] + x.shape.dropFirst(2).map { _ in 1 }
    let isOld = seed % 4 == 3
    let shape = isOld ? [3] : [[1], channels, x.shape][Int(seed % 4)]
    let slope = generator.tensor(shape)
    func aligned(_ slope: NaiveTensor) -> NaiveTensor {
      isOld ? NaiveTensor(channels, slope.elements) : slope
    }
    try GradientProblem(
      "PRelu", [:], [.parameter(x), .parameter(slope)], opset: isOld ? 6 : 16,
      terms: x.elements.count + 2, step: 0x1p-10,
      // Steps of the difference keep the signs of x, and the magnitudes' those of |x|.
      magnitude: { NaiveArithmetic.forward($0[0], aligned($0[1])) { $0 + $0 * $1 } },
      twin: { NaiveArithmetic.forward($0[0], aligned($0[1])) { $0 < 0 ? $0 * $1 : $0 } }
    ).expectAgreement(seed: seed)
  }

  @Test(arguments: ["Max", "Min"] as [Name])
  func `equal elements share their gradient, and NaN is passed on`(type: Name) throws {
    var builder = GraphBuilder(name: "ties", opset: 13)
    builder.addParameter("a", NaiveTensor([2], [1, 5]))
    builder.addParameter("b", NaiveTensor([2], [1, 5]))
    builder.addInput("x", type: ValueType(.float, shape: [2]))
    builder.addNode(
      name: "node", type: OperatorType(type), attributes: [:], inputs: ["a", "b"],
      outputs: ["m"])
    builder.addNode(name: "add", .binary(Binary(.add)), inputs: ["m", "x"], outputs: ["y"])
    builder.addNode(
      name: "nan", type: OperatorType(type), attributes: [:], inputs: ["a", "x"], outputs: ["n"])
    builder.addOutput("y", type: nil)
    builder.addOutput("n", type: nil)
    let session = try Session(try builder.build(), threads: 1)
    let run = try session.vectorJacobian()
    #expect(try run([[0, 0]], seed: [1, 3]).gradients == [[0.5, 1.5], [0.5, 1.5]])
    let outputs = try session.inference()([[.nan, 5]])
    #expect(outputs[1].floats?[0].isNaN == true)
    #expect(outputs[1].floats?[1] == 5)
  }
}
