import Execution
import Foundation
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Gradients of selections and of old broadcasting` {
  /// A selection rounds nothing; its gradients are sums over what is repeated.
  @Test(arguments: UInt64(0)..<16)
  func `Where, with broadcasting`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = generator.picks(generator.pick(1...4), 1...4)
    func partial() -> [Int] {
      shape.dropFirst(generator.pick(0...shape.count - 1))
        .map { generator.pick(0...2) == 0 ? 1 : $0 }
    }
    let condition = NaiveTensor(random: partial(), using: &generator).map { $0 > 0 ? 1 : 0 }
    var builder = GraphBuilder(name: "select", opset: 16)
    builder.addInitializer(
      "c", Initializer(Tensor(.bool, condition.elements.map { UInt8($0) }, condition.shape)))
    let parameters = [("x", generator.tensor(partial())), ("y", generator.tensor(partial()))]
      .map { (name: Name($0.0), value: $0.1) }
    for parameter in parameters { builder.addParameter(parameter.name, parameter.value) }
    builder.addNode(
      name: "node", type: OperatorType("Where"), attributes: [:], inputs: ["c", "x", "y"],
      outputs: ["z"])
    builder.addOutput("z", type: nil)
    try GradientProblem(
      try builder.build(), parameters, terms: shape.reduce(1, *) + 1,
      twin: { operands in
        let x = NaiveArithmetic.forward(condition, operands[0]) { $0 != 0 ? $1 : 0 }
        let y = NaiveArithmetic.forward(condition, operands[1]) { $0 != 0 ? 0 : $1 }
        return NaiveArithmetic.forward(x, y, +)
      }
    ).expectAgreement(seed: seed)
  }

  @Test func `Where gives the chosen element whatever the other is`() throws {
    var builder = GraphBuilder(name: "select", opset: 16)
    builder.addInput("c", type: ValueType(.bool, shape: [4]))
    builder.addInput("x", type: ValueType(.float, shape: [4]))
    builder.addInitializer("y", Initializer(Tensor([5, -.infinity] as [Float], shape: [2, 1])))
    builder.addNode(
      name: "node", type: OperatorType("Where"), attributes: [:], inputs: ["c", "x", "y"],
      outputs: ["z"])
    builder.addOutput("z", type: nil)
    let run = try Session(try builder.build(), threads: 1).inference()
    let z = try run([[1, 0, 1, 0], [.infinity, .nan, 2, -.infinity]])[0]
    #expect(z.floats == [.infinity, 5, 2, 5, .infinity, -.infinity, 2, -.infinity])
  }

  private static let functions: [(name: Name, apply: @Sendable (Double, Double) -> Double)] = [
    ("Add", { $0 + $1 }), ("Sub", { $0 - $1 }), ("Mul", { $0 * $1 }), ("Div", { $0 / $1 }),
    ("Pow", { pow($0, $1) }),
  ]

  /// b [extents of a from `axis` on], some of extent 1, before opset 7. Bounds as for broadcasting by
  /// numpy's rule, see `Gradients of arithmetic` and, of Pow, `Gradients of functions of several
  /// elements`.
  @Test(arguments: 0..<5, UInt64(0)..<8)
  func `Add, Sub, Mul, Div and Pow aligned at an axis`(function: Int, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (name, apply) = Self.functions[function]
    let shape = generator.picks(generator.pick(2...4), 1...3)
    let axis = generator.pick(0...shape.count - 1)
    let extents = shape[axis...].prefix(generator.pick(1...shape.count - axis))
      .map { generator.pick(0...3) == 0 ? 1 : $0 }
    let isLast = axis + extents.count == shape.count && seed % 2 == 0
    var attributes: Attributes = ["broadcast": .int(1)]
    if !isLast { attributes["axis"] = .int(axis) }
    let padding = [Int](repeating: 1, count: shape.count - axis - extents.count)
    let step = name == "Div" || name == "Pow" ? 0x1p-16 : 1
    let slacks: [Name: Double] = ["Div": 4, "Pow": 8]
    func applied(
      _ operands: [NaiveTensor], _ apply: (Double, Double) -> Double
    ) -> NaiveTensor {
      let b = NaiveTensor(extents + padding, operands[1].elements)
      return NaiveArithmetic.forward(operands[0], b, apply)
    }
    try GradientProblem(
      name, attributes,
      [
        .parameter(generator.tensor(shape, in: 0.5..<2)),
        .parameter(generator.tensor(extents, in: 0.5..<2)),
      ], opset: 6, terms: shape.reduce(1, *) + 8, step: step,
      slack: step * step * (slacks[name] ?? 0),
      magnitude: {
        switch name {
        case "Sub": applied($0, +)
        case "Pow": applied($0) { 16 * (1 + $0 + $1) }
        default: applied($0, apply)
        }
      },
      twin: { applied($0, apply) }
    ).expectAgreement(seed: seed)
  }

  @Test func `an operand that does not lie in the first at its axis is refused`() throws {
    for (attributes, second) in [
      (["broadcast": .int(1), "axis": .int(2)], [3]),
      (["broadcast": .int(1), "axis": .int(0)], [3]),
      (["broadcast": .int(1), "axis": .int(Int.max)], [3]), (["broadcast": .int(1)], [1, 2, 3]),
    ] as [(Attributes, [Int])] {
      let single = try SingleNodeGraph(
        "Add", attributes,
        [.input(ValueType(.float, shape: [2, 3])), .input(ValueType(.float, shape: second))],
        opset: 6)
      #expect(throws: ExecutionError.self) { _ = try Session(single.graph).inference() }
    }
  }
}
