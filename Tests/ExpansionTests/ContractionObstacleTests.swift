import Expansion
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// Two convolutions, 2 → 8 → 2 channels, that contract unless something stands between them.
private struct Pair {
  var sketch = ModelSketch(input: [1, 2, 9, 9])
  var first: Attributes = [:]
  var second: Attributes = [:]
  var kernels = [[8, 2, 3, 3], [2, 8, 3, 3]]
  var biases: [[Float]?] = [nil, nil]

  mutating func model(_ change: (inout ModelSketch) -> Void = { _ in }) throws -> Model {
    for (name, shape) in zip(["a", "b"] as [Name], kernels) { sketch.constant(name, shape) }
    var inputs: [[Name]] = [["x", "a"], ["p", "b"]]
    for (index, bias) in biases.enumerated() {
      guard let bias else { continue }
      sketch.builder.addInitializer(
        Name("bias\(index)"), Initializer(Tensor(bias, shape: [bias.count])))
      inputs[index].append(Name("bias\(index)"))
    }
    sketch.node("first", "Conv", inputs[0], ["p"], first)
    change(&sketch)
    sketch.node("second", "Conv", inputs[1], ["y"], second)
    return try sketch.model()
  }
}

@Suite struct `Why factors stay apart` {
  private func obstacles(_ model: Model) throws -> [ContractionObstacle] {
    let (contracted, report) = try Contractor().contract(model)
    #expect(report.units.isEmpty)
    #expect(contracted.graph.nodes.count == model.graph.nodes.count)
    return report.skipped.map(\.obstacle)
  }

  @Test func `nothing stands between them`() throws {
    var pair = Pair()
    let (_, report) = try Contractor().contract(pair.model())
    #expect(report.units.map(\.channels) == [[2, 8, 2]])
  }

  @Test func `the value between them is read twice, or is an output`() throws {
    var pair = Pair()
    let read = try pair.model { $0.node("relu", "Relu", ["p"], ["unused"]) }
    #expect(try obstacles(read) == [.innerValueUsed("p")])
    var other = Pair()
    let output = try other.model { $0.builder.addOutput("p", type: nil) }
    #expect(try obstacles(output) == [.innerValueIsOutput("p")])
  }

  @Test func `a weight is shared, computed from an input, or can be replaced by a caller`() throws {
    var shared = ModelSketch(input: [1, 2, 9, 9])
    shared.constant("w", [2, 2, 3, 3])
    shared.node("first", "Conv", ["x", "w"], ["p"])
    shared.node("second", "Conv", ["p", "w"], ["y"])
    #expect(try obstacles(shared.model()) == [.unreadable(.shared(.weight, "w", with: ["second"]))])

    var given = ModelSketch(input: [1, 2, 9, 9])
    given.constant("a", [8, 2, 3, 3])
    given.builder.addInput("b", type: ValueType(.float, shape: [2, 8, 3, 3]))
    given.node("first", "Conv", ["x", "a"], ["p"])
    given.node("second", "Conv", ["p", "b"], ["y"])
    #expect(
      try obstacles(given.model()) == [.unreadable(.notConstant(.weight, "b", .input("b")))])

    var replaceable = Pair()
    replaceable.sketch.builder.addInput("b", type: ValueType(.float, shape: [2, 8, 3, 3]))
    #expect(try obstacles(replaceable.model()) == [.unreadable(.overridable(.weight, "b"))])
  }

  @Test func `padding commutes with an unpadded 1×1 without bias, and with nothing else`() throws {
    let pads: Attributes = ["pads": .ints([1, 1, 1, 1])]
    var pointwise = Pair()
    pointwise.kernels[0] = [8, 2, 1, 1]
    pointwise.biases[0] = [Float](repeating: 0, count: 8)
    pointwise.second = pads
    let (contracted, report) = try Contractor().contract(pointwise.model())
    #expect(report.units.map(\.check?.passed) == [true])
    #expect(contracted.graph.nodes.map { $0.attributes["pads"] } == [.ints([1, 1, 1, 1])])

    var biased = Pair()
    biased.kernels[0] = [8, 2, 1, 1]
    biased.biases[0] = [0, 0, 0, 0, 0, 0, 0, 1]
    biased.second = pads
    #expect(
      try obstacles(biased.model()) == [.notComposable(.innerPadding(factor: 1, cause: .biased))])

    var wide = Pair()
    wide.second = pads
    #expect(
      try obstacles(wide.model()) == [
        .notComposable(.innerPadding(factor: 1, cause: .notPointwise))
      ])
  }

  @Test func `groups differ, or one kernel would be larger`() throws {
    var grouped = Pair()
    grouped.kernels = [[8, 1, 3, 3], [2, 8, 3, 3]]
    grouped.first = ["group": .int(2)]
    #expect(
      try obstacles(grouped.model())
        == [.notComposable(.groupDiffers(factor: 1, previous: 2, own: 1))])

    var bottleneck = Pair()
    bottleneck.sketch = ModelSketch(input: [1, 8, 9, 9])
    bottleneck.kernels = [[2, 8, 1, 1], [8, 2, 1, 1]]
    #expect(try obstacles(bottleneck.model()) == [.savesNothing(contracted: 64, apart: 32)])

    // As many parameters are no reason to contract.
    var tie = Pair()
    tie.sketch = ModelSketch(input: [1, 4, 9, 9])
    tie.kernels = [[2, 4, 1, 1], [4, 2, 1, 1]]
    #expect(try obstacles(tie.model()) == [.savesNothing(contracted: 16, apart: 16)])
  }

  @Test func `a Gemm transposes what it reads`() throws {
    var sketch = ModelSketch(input: [5, 6])
    sketch.constant("a", [6, 9])
    sketch.constant("b", [5, 3])
    sketch.constant("c", [3])
    sketch.node("first", "MatMul", ["x", "a"], ["p"])
    sketch.node("second", "Gemm", ["p", "b", "c"], ["y"], ["transA": .int(1)])
    #expect(try obstacles(sketch.model()) == [.transposesInput])
  }
}
