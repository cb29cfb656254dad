import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Gradients of arithmetic` {
  private struct Function: Sendable {
    let name: Name
    let apply: @Sendable (Double, Double) -> Double
    /// Of positive operands: subtracting them adds their magnitudes.
    let magnitude: @Sendable (Double, Double) -> Double
  }

  private static let functions = [
    Function(name: "Add", apply: { $0 + $1 }, magnitude: { $0 + $1 }),
    Function(name: "Sub", apply: { $0 - $1 }, magnitude: { $0 + $1 }),
    Function(name: "Mul", apply: { $0 * $1 }, magnitude: { $0 * $1 }),
    Function(name: "Div", apply: { $0 / $1 }, magnitude: { $0 / $1 }),
  ]

  /// Two shapes that broadcast to one: each lacks leading axes, and has some of extent 1.
  private func shapes(using generator: inout SeededGenerator) -> ([Int], [Int]) {
    let shape = generator.picks(generator.pick(1...5), 1...3)
    func partial() -> [Int] {
      shape.dropFirst(generator.pick(0...shape.count - 1))
        .map { generator.pick(0...2) == 0 ? 1 : $0 }
    }
    return (partial(), partial())
  }

  /// One rounding, three for a division that is a product with a reciprocal, and the sum over what
  /// broadcasting repeats; the quotient's gradient by b, −(g·y)/b, has three such steps. Division is
  /// of divisors ≥ 1/2 in magnitude, and its differences err by h²/6·f‴ = h²/b² ≤ 4h² in parts of
  /// the first derivative.
  @Test(arguments: 0..<4, UInt64(0)..<20)
  private func `Add, Sub, Mul and Div with broadcasting`(_ function: Int, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let function = Self.functions[function]
    let (a, b) = shapes(using: &generator)
    let divisor = generator.tensor(b, in: 0.5..<2)
    let signed = divisor.map { generator.pick(0...1) == 0 ? $0 : -$0 }
    let step = function.name == "Div" ? 0x1p-16 : 1
    let outputs = NaiveArithmetic.forward(
      NaiveTensor(zeros: a), NaiveTensor(zeros: b), +
    ).elements.count
    try GradientProblem(
      function.name, [:], [.parameter(generator.tensor(a)), .parameter(signed)],
      terms: outputs + 8, step: step, slack: function.name == "Div" ? 4 * step * step : 0,
      magnitude: { NaiveArithmetic.forward($0[0], $0[1], function.magnitude) },
      twin: { NaiveArithmetic.forward($0[0], $0[1], function.apply) }
    ).expectAgreement(seed: seed)
  }

  /// A scalar is a number that the exporter wrote out, on either side.
  @Test(arguments: 0..<4, UInt64(0)..<4)
  private func `Add, Sub, Mul and Div with a scalar`(_ function: Int, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let function = Self.functions[function]
    let tensor = generator.tensor(generator.picks(3, 1...4), in: 0.5..<2)
    let scalar = NaiveTensor([], [1.75])
    let isFirst = seed % 2 == 0
    func ordered(_ x: NaiveTensor) -> (NaiveTensor, NaiveTensor) {
      isFirst ? (scalar, x) : (x, scalar)
    }
    let step = function.name == "Div" ? 0x1p-16 : 1
    let operands: [GradientProblem.Operand] = [
      .floats([1.75], shape: []), .parameter(tensor),
    ]
    try GradientProblem(
      function.name, [:], isFirst ? operands : operands.reversed(), terms: 8, step: step,
      slack: function.name == "Div" ? 4 * step * step : 0,
      magnitude: {
        let (a, b) = ordered($0[0])
        return NaiveArithmetic.forward(a, b, function.magnitude)
      },
      twin: {
        let (a, b) = ordered($0[0])
        return NaiveArithmetic.forward(a, b, function.apply)
      }
    ).expectAgreement(seed: seed)
  }

  /// A Constant node holds what the exporter wrote out: gradients pass by it and none reaches it.
  @Test(arguments: 0..<4)
  private func `Add, Sub, Mul and Div with a Constant node`(_ function: Int) throws {
    var generator = SeededGenerator(seed: UInt64(function))
    let function = Self.functions[function]
    let x = generator.tensor([2, 3, 4])
    let constant = generator.tensor([3, 1], in: 0.5..<2)
    var builder = GraphBuilder(name: "constant", opset: 13)
    builder.addParameter("x", x)
    builder.addNode(
      name: "constant", type: OperatorType("Constant"),
      attributes: ["value": .tensor(Tensor(constant.floats, shape: constant.shape))], inputs: [],
      outputs: ["c"])
    builder.addNode(
      name: "node", type: OperatorType(function.name), attributes: [:], inputs: ["x", "c"],
      outputs: ["y"])
    builder.addOutput("y", type: nil)
    try GradientProblem(
      try builder.build(), [("x", x)], terms: 3,
      magnitude: { NaiveArithmetic.forward($0[0], constant, function.magnitude) },
      twin: { NaiveArithmetic.forward($0[0], constant, function.apply) }
    ).expectAgreement(seed: 0)
  }
}
