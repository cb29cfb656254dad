import Execution
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// Steps that write over what nothing reads any more.
@Suite struct `Steps in place` {
  /// Values that several nodes read, in every order of their last reads.
  @Test(arguments: UInt64(0)..<120)
  func `expressions that use values again and again have the gradients of Double`(
    seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let expression = RandomExpression(using: &generator)
    let session = try Session(expression.graph(), threads: 1)
    let run = try session.vectorJacobian()
    let seedTensor = NaiveTensor(random: run.outputShape, using: &generator)
    let (output, gradients) = try run(seed: seedTensor.floats)
    // Written over would be a value that a second run reads anew.
    let again = try run(seed: seedTensor.floats)
    #expect(again.output.floats == output.floats, "seed \(seed)")
    #expect(again.gradients == gradients, "seed \(seed)")
    for element in seedTensor.elements.indices {
      let expected = expression.differentiated(at: element, seed: seedTensor.elements[element])
      func expect(_ found: Float, _ number: Bounded, _ what: String) {
        let bound = Double(number.roundings + 2) * 0x1p-24 * number.magnitude + 0x1p-120
        #expect(
          (Double(found) - number.value).magnitude <= bound,
          "seed \(seed), \(what), element \(element): \(expression.description)")
      }
      expect(try #require(output.floats)[element], expected.output, "output")
      for (index, parameter) in run.parameters.enumerated() {
        let name = session.graph[parameter].name
        let position = try #require(expression.names.firstIndex(of: name))
        expect(gradients[index][element], expected.gradients[position], "by \(name)")
      }
    }
  }

  private func plan(_ nodes: [(NetworkIR.Operator, [Name], Name)]) throws -> ExecutionPlan {
    var generator = SeededGenerator(seed: 3)
    var builder = GraphBuilder(name: "uses", opset: 13)
    builder.addInput("x", type: ValueType(.float, shape: [2, 16, 6, 6]))
    for name in ["a", "b"] as [Name] {
      builder.addParameter(name, generator.tensor([16, 16, 3, 3]))
    }
    for (index, (kind, inputs, output)) in nodes.enumerated() {
      builder.addNode(name: Name("n\(index)"), kind, inputs: inputs, outputs: [output])
    }
    builder.addOutput(nodes[nodes.count - 1].2, type: nil)
    return try Session(builder.build(), threads: 1).vectorJacobian().executor.plan
  }

  private let convolution = NetworkIR.Operator.conv(
    Conv(window: Window(WindowGeometry(kernel: [3, 3], padsBegin: [1, 1], padsEnd: [1, 1]))))

  /// h = a ∗ x, y = b ∗ relu(h) + h: y is added where the second convolution wrote, and so is the
  /// gradient of h.
  @Test func `a residual block adds in place, forward and backward`() throws {
    let plan = try plan([
      (convolution, ["x", "a"], "h"), (.activation(.relu), ["h"], "r"),
      (convolution, ["r", "b"], "c"), (.binary(Binary(.add)), ["h", "c"], "y"),
    ])
    let sums = plan.steps.filter { $0.name == "binary" }
    #expect(sums.map { plan.computation.nodes[$0.node].isForward } == [true, false])
    for sum in sums { #expect(sum.reads.contains(sum.writes[0])) }
  }

  /// y = a ∗ (a ∗ x): the sum of the two gradients stays for the caller, and is one of them.
  @Test func `a weight that two nodes share has its gradients summed where they stay`() throws {
    let plan = try plan([(convolution, ["x", "a"], "h"), (convolution, ["h", "a"], "y")])
    let sums = plan.steps.filter { $0.name == "binary" }
    #expect(sums.count == 1)
    for sum in sums { #expect(sum.reads.contains(sum.writes[0])) }
  }
}

/// A number, the sum of the magnitudes of the products that it is made of, and how often one of
/// them was rounded at most.
private struct Bounded {
  var value: Double
  var magnitude: Double
  var roundings = 0

  static func + (a: Bounded, b: Bounded) -> Bounded {
    Bounded(
      value: a.value + b.value, magnitude: a.magnitude + b.magnitude,
      roundings: max(a.roundings, b.roundings) + 1)
  }

  static func * (a: Bounded, b: Bounded) -> Bounded {
    Bounded(
      value: a.value * b.value, magnitude: a.magnitude * b.magnitude,
      roundings: a.roundings + b.roundings + 1)
  }

  static prefix func - (a: Bounded) -> Bounded {
    Bounded(value: -a.value, magnitude: a.magnitude, roundings: a.roundings)
  }
}

/// Sums, differences, products and opposites of three tensors and of each other, element by element.
private struct RandomExpression {
  enum Function: String, CaseIterable {
    case add = "Add"
    case subtract = "Sub"
    case multiply = "Mul"
    case negate = "Neg"
  }

  let names: [Name] = ["p0", "p1", "p2"]
  private let parameters: [NaiveTensor]
  /// Operands are numbered through, parameters first.
  private let nodes: [(function: Function, a: Int, b: Int)]

  init(using generator: inout SeededGenerator) {
    let shape = generator.picks(generator.pick(1...4), 1...3)
    parameters = names.map { _ in generator.tensor(shape) }
    let known = names.count
    nodes = (0..<generator.pick(2...9)).map { index in
      // Near ones more often, so that most are used.
      let b = known + index - 1 - generator.pick(0...min(2, known + index - 1))
      let a = generator.pick(0...known + index - 1)
      return (Function.allCases[generator.pick(0...3)], a, b)
    }
  }

  var description: String {
    nodes.enumerated().map { "v\($0 + names.count) = \($1.function) \($1.a) \($1.b)" }
      .joined(separator: ", ")
  }

  func graph() throws -> Graph {
    var builder = GraphBuilder(name: "expression", opset: 13)
    for (name, value) in zip(names, parameters) { builder.addParameter(name, value) }
    func name(_ value: Int) -> Name { value < names.count ? names[value] : Name("v\(value)") }
    for (index, node) in nodes.enumerated() {
      let inputs = node.function == .negate ? [node.b] : [node.a, node.b]
      builder.addNode(
        name: Name("n\(index)"), type: OperatorType(Name(node.function.rawValue)), attributes: [:],
        inputs: inputs.map(name), outputs: [name(names.count + index)])
    }
    // A product last: what is only moved about has no gradient to compute.
    let last = name(names.count + nodes.count - 1)
    builder.addNode(
      name: "last", .binary(Binary(.multiply)), inputs: [last, names[0]], outputs: ["y"])
    builder.addOutput("y", type: nil)
    return try builder.build()
  }

  /// Reverse mode for one element.
  func differentiated(
    at element: Int, seed: Double
  ) -> (output: Bounded, gradients: [Bounded]) {
    func exact(_ value: Double) -> Bounded { Bounded(value: value, magnitude: value.magnitude) }
    var values = parameters.map { exact($0.elements[element]) }
    for node in nodes + [(.multiply, names.count + nodes.count - 1, 0)] {
      let (a, b) = (values[node.a], values[node.b])
      switch node.function {
      case .add: values.append(a + b)
      case .subtract: values.append(a + -b)
      case .multiply: values.append(a * b)
      case .negate: values.append(-b)
      }
    }
    var gradients = values.map { _ in exact(0) }
    gradients[values.count - 1] = exact(seed)
    for (index, node) in (nodes + [(.multiply, names.count + nodes.count - 1, 0)]).enumerated()
      .reversed()
    {
      let g = gradients[names.count + index]
      switch node.function {
      case .add:
        gradients[node.a] = gradients[node.a] + g
        gradients[node.b] = gradients[node.b] + g
      case .subtract:
        gradients[node.a] = gradients[node.a] + g
        gradients[node.b] = gradients[node.b] + -g
      case .multiply:
        gradients[node.a] = gradients[node.a] + g * values[node.b]
        gradients[node.b] = gradients[node.b] + g * values[node.a]
      case .negate: gradients[node.b] = gradients[node.b] + -g
      }
    }
    return (values[values.count - 1], Array(gradients.prefix(names.count)))
  }
}
