import Execution
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Gradients of selections` {
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
}
