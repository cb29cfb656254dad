import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct DiffTests {
  /// x → Conv c (w) → p → MaxPool m → q → Relu r → y.
  private struct Parts {
    var convolution: Attributes = ["kernel_shape": .ints([3, 3])]
    var pool: Attributes = ["kernel_shape": .ints([2, 2])]
    var reluName: Name = "r"
    var reluInput: Name = "q"
    var weight = Tensor([Float](repeating: 0.5, count: 18), shape: [2, 1, 3, 3])
    var isShared = false
    var hasReluAtAll = true
    var opset = 17

    func model(_ edit: (inout GraphBuilder) -> Void = { _ in }) throws -> Model {
      var builder = GraphBuilder(name: "g", opset: opset)
      builder.addInput(
        "x", type: ValueType(.float, [.symbolic("n"), .fixed(1), .fixed(8), .fixed(8)]))
      builder.addInitializer(isShared ? "stored" : "w", Initializer(weight))
      if isShared {
        builder.addNode(name: "i", .identity(Identity()), inputs: ["stored"], outputs: ["w"])
      }
      builder.addNode(
        name: "c", type: OperatorType("Conv"), attributes: convolution, inputs: ["x", "w"],
        outputs: ["p"])
      builder.addNode(
        name: "m", type: OperatorType("MaxPool"), attributes: pool, inputs: ["p"], outputs: ["q"])
      if hasReluAtAll {
        builder.addNode(name: reluName, .activation(.relu), inputs: [reluInput], outputs: ["y"])
      }
      edit(&builder)
      builder.addOutput(hasReluAtAll ? "y" : "q", type: nil)
      return Model(irVersion: 8, opsets: ["": opset], graph: try builder.build())
    }
  }

  private func diff(_ edit: (inout Parts) -> Void) throws -> GraphDiff {
    var parts = Parts()
    let first = try parts.model()
    edit(&parts)
    return try GraphDiff(first, parts.model())
  }

  @Test(arguments: Fixture.names)
  func `a model doesn't differ from itself`(name: String) throws {
    let model = try ONNXFile.read(Fixture.model(name).path)
    let again = try ONNXFile.read(Fixture.model(name).path)
    #expect(GraphDiff(model, again).isEqual)
  }

  @Test(arguments: Fixture.parityNames)
  func `a training changes weights only, wherever equal ones were stored once`(
    name: String
  ) throws {
    let first = try ONNXFile.read(Fixture.parity(name, "initial.onnx").path)
    let last = try ONNXFile.read(Fixture.parity(name, "final.onnx").path)
    let diff = GraphDiff(first, last)
    #expect(diff.structure == [] && diff.metadata == [])
    #expect(!diff.isEqual && diff.isStructureEqual)
    for case .elements(_, let change) in diff.weights { #expect(change.count > 0) }
    let count = diff.weights.count { if case .elements = $0 { true } else { false } }
    #expect(count == diff.weights.count && count >= 10)
  }

  @Test func `a default that is spelled out is no difference, another value is`() throws {
    let diff = try diff { parts in
      parts.convolution = [
        "strides": .ints([1, 1]), "pads": .ints([0, 0, 0, 0]), "dilations": .ints([1, 1]),
        "group": .int(1 as Int), "auto_pad": .string("NOTSET"),
      ]
      parts.pool = ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])]
    }
    #expect(
      diff.structure == [
        .nodeAttribute(
          output: "q", attribute: "strides", .ints([1, 1] as [Int]), .ints([2, 2] as [Int]))
      ])
    #expect(diff.weights == [])
  }

  @Test func `names, inputs, operators and nodes are reported as what they are`() throws {
    #expect(
      try diff { $0.reluName = "other" }.structure
        == [.nodeName(output: "y", "r", "other")])
    #expect(
      try diff { $0.reluInput = "p" }.structure
        == [.nodeInput(output: "y", index: 0, "q", "p")])
    #expect(
      try diff { $0.hasReluAtAll = false }.structure == [
        .portOnlyIn(.first, .output, "y"), .portOnlyIn(.second, .output, "q"),
        .nodeOnlyIn(.first, output: "y", node: "r", OperatorType("Relu")),
      ])
    #expect(
      try diff { $0.opset = 18 }.metadata == [.opset(domain: "", 17, 18)])
  }

  @Test func `constants behind Identity and in Constant nodes compare as weights`() throws {
    #expect(try diff { $0.isShared = true }.isEqual)
    let first = try Parts().model()
    var builder = GraphBuilder(name: "g", opset: 17)
    builder.addInput("x", type: first.graph[first.graph.inputs[0].value].declaredType)
    for node in first.graph.nodes {
      if node.name == "c" {
        builder.addNode(
          name: "k", type: OperatorType("Constant"),
          attributes: ["value": .tensor(Parts().weight)], inputs: [], outputs: ["w"])
      }
      builder.addNode(
        name: node.name, type: node.type, attributes: node.attributes,
        inputs: node.inputs.map { $0.map { first.graph[$0].name } ?? "" },
        outputs: node.outputs.map { $0.map { first.graph[$0].name } ?? "" })
    }
    builder.addOutput("y", type: nil)
    let second = Model(irVersion: 8, opsets: ["": 17], graph: try builder.build())
    #expect(GraphDiff(first, second).isEqual)
  }

  @Test func `a changed weight is measured`() throws {
    let diff = try diff { parts in
      var elements = [Float](repeating: 0.5, count: 18)
      elements[3] = 0.75
      elements[4] = -0.5
      parts.weight = Tensor(elements, shape: [2, 1, 3, 3])
    }
    guard case .elements("w", let change)? = diff.weights.first else {
      Issue.record("no change: \(diff.weights)")
      return
    }
    #expect(diff.weights.count == 1 && diff.isStructureEqual)
    #expect(change.count == 2 && change.maximum == 1 && change.largest == 0.5)
    // √(0.25² + 1²) against √(18 · 0.5²); a few roundings of Doubles apart.
    let expected = (1.0625 / 4.5).squareRoot()
    #expect(((change.relativeNorm ?? 0) - expected).magnitude < 8 * expected.ulp)
  }

  @Test func `NaN equals NaN, and is infinitely far from a number`() throws {
    func change(_ a: [Float], _ b: [Float]) throws -> WeightChange? {
      func model(_ elements: [Float]) throws -> Model {
        var builder = GraphBuilder(name: "g", opset: 17)
        builder.addInitializer("w", Initializer(Tensor(elements, shape: [elements.count])))
        return Model(irVersion: 8, opsets: ["": 17], graph: try builder.build())
      }
      let diff = try GraphDiff(model(a), model(b))
      if case .elements(_, let change)? = diff.weights.first { return change }
      return nil
    }
    let other = Float(bitPattern: 0x7fc0_0001)
    #expect(try change([.nan, 1, .infinity], [other, 1, .infinity]) == nil)
    #expect(try change([0, 1], [-0.0, 1]) == nil)
    let nan = try #require(try change([1, 2, 3], [1, .nan, 3]))
    #expect(nan.count == 1 && nan.maximum == .infinity && nan.largest == 3)
    #expect(nan.relativeNorm == .infinity)
    #expect(try #require(try change([0, 0], [0, 1])).relativeNorm == .infinity)
  }

  @Test func `weights of another type or in one model only are reported with their types`() throws {
    let type = ValueType(.float, shape: [2, 1, 3, 3])
    let halved = try diff { parts in
      parts.weight = Tensor([Float](repeating: 0.5, count: 9), shape: [1, 1, 3, 3])
    }
    #expect(
      halved.weights == [.type("w", type, ValueType(.float, shape: [1, 1, 3, 3]))])
    let first = try Parts().model()
    let second = try Parts().model {
      $0.addInitializer("extra", Initializer(Tensor([1] as [Int64], shape: [1])))
    }
    let extra = WeightDifference.onlyIn(.second, "extra", ValueType(.int64, shape: [1]))
    #expect(GraphDiff(first, second).weights == [extra])
  }

  @Test func `declared types and metadata are compared`() throws {
    var first = try Parts().model()
    var second = first
    first.metadata = ["a": "1", "b": "2"]
    second.metadata = ["b": "3", "c": "4"]
    #expect(
      Set(GraphDiff(first, second).metadata) == [
        .entry(key: "a", "1", nil), .entry(key: "b", "2", "3"), .entry(key: "c", nil, "4"),
      ])
    let typed = try Parts().model { $0.addValueInfo("y", type: ValueType(.float, shape: [9])) }
    let other = try Parts().model { $0.addValueInfo("y", type: ValueType(.float, shape: [8])) }
    #expect(
      GraphDiff(typed, other).structure.contains(
        .declaredType(
          value: "y", ValueType(.float, shape: [9]), ValueType(.float, shape: [8]))))
  }
}
