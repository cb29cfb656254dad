import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import Testing

/// Models put together by hand, changed, and compared with the whole of what should come out.
@Suite struct LosslessRewritingTests {
  private let unknown = Wire.field(999, "kept")

  /// A Relu and an Identity around it, with unknown fields and a typed and a raw initializer.
  private func graph(middle: [UInt8], floatData: [UInt8], raw: [UInt8]) -> [UInt8] {
    Wire.node("Identity", ["x"], ["a"]) + middle
      + Wire.field(
        1, Wire.field(1, "b") + Wire.field(2, "y") + Wire.field(4, "Identity") + unknown)
      + Wire.field(2, "g")
      + Wire.field(
        5, Wire.tensor("p", .float, [1], before: Wire.field(4, floatData), after: unknown))
      + Wire.field(
        5, Wire.tensor("q", .float, [1], after: Wire.field(9, raw) + Wire.field(12, "note")))
      + Wire.field(11, Wire.field(1, "x") + unknown) + Wire.field(12, Wire.field(1, "y"))
      + Wire.field(13, Wire.field(1, "a")) + Wire.field(16, Wire.field(1, "k")) + unknown
  }

  private let one: [UInt8] = [0, 0, 0x80, 0x3f]
  private let two: [UInt8] = [0, 0, 0, 0x40]

  @Test func `a patch changes its own nodes and nothing else`() throws {
    let metadata = Wire.entry(14, "author", "someone")
    let before = Wire.model(
      graph(middle: Wire.node("Relu", ["a"], ["b"]), floatData: one, raw: one),
      after: metadata + unknown)
    var model = try Wire.read(before)
    let relu = try #require(model.graph.nodes.first { $0.type.name == "Relu" })
    var patch = GraphPatch()
    patch.remove(relu.id)
    let new = patch.addNode(
      name: "n_Elu", type: OperatorType("Elu"), attributes: [:],
      inputs: [.tap(try #require(relu.input(0)))], outputs: ["c"])
    patch.shunt(try #require(relu.output(0)), to: try #require(new[0]))
    try model.graph.apply(patch)
    let after = Wire.model(
      graph(middle: Wire.node("Elu", ["a"], ["b"]), floatData: one, raw: one),
      after: metadata + unknown)
    #expect(try ONNXFile.serialize(model) == after)
  }

  @Test func `a replaced initializer keeps its name, notes and way of storage`() throws {
    let middle = Wire.node("Sum", ["a", "p", "q"], ["b"])
    var model = try Wire.read(Wire.model(graph(middle: middle, floatData: one, raw: one)))
    var patch = GraphPatch()
    for name in ["p", "q"] as [Name] {
      patch.replaceInitializer(
        try #require(model.graph.value(named: name)), with: Tensor([Float(2)], shape: [1]))
    }
    try model.graph.apply(patch)
    let after = Wire.model(graph(middle: middle, floatData: two, raw: two))
    #expect(try ONNXFile.serialize(model) == after)
  }

  @Test func `metadata is added after what was there`() throws {
    let before = Wire.model(Wire.field(2, "g"), after: Wire.entry(14, "a", "b") + unknown)
    var model = try Wire.read(before)
    model.metadata["c"] = "d"
    let after = Wire.model(
      Wire.field(2, "g"), after: Wire.entry(14, "a", "b") + Wire.entry(14, "c", "d") + unknown)
    #expect(try ONNXFile.serialize(model) == after)
  }

  @Test func `a file out of canonical order comes back as it was`() throws {
    let bytes = unknown + Wire.model(Wire.field(2, "g"))
    let model = try Wire.read(bytes)
    #expect(try ONNXFile.serialize(model) == bytes)
    #expect(try ONNXFile.reassemble(model) == Wire.model(Wire.field(2, "g"), after: unknown))
  }

  @Test func `names that are not UTF-8 come back as they were`() throws {
    let name: [UInt8] = [0xff, 0xfe, 0x41]
    let input = Wire.field(11, Wire.field(1, name))
    let bytes = Wire.model(input)
    let model = try Wire.read(bytes)
    #expect(model.graph.value(named: Name(bytes: name)) != nil)
    #expect(try ONNXFile.reassemble(model) == bytes)
  }

  @Test func `before IR version 4 a new initializer becomes an input`() throws {
    func graph(_ type: String, _ inputs: [String]) -> [UInt8] { Wire.node(type, inputs, ["y"]) }
    let x = Wire.field(11, Wire.field(1, "x"))
    let y = Wire.field(12, Wire.field(1, "y"))
    var model = try Wire.read(Wire.model(graph("Relu", ["x"]) + x + y, irVersion: 3))
    let relu = try #require(model.graph.nodes.first)
    var patch = GraphPatch()
    patch.remove(relu.id)
    let weight = patch.addInitializer("w", Tensor([Float(1)], shape: [1]))
    let new = patch.addNode(
      name: "n_Mul", type: OperatorType("Mul"), attributes: [:],
      inputs: [relu.input(0).map { .tap($0) }, weight], outputs: ["z"])
    patch.shunt(try #require(relu.output(0)), to: try #require(new[0]))
    try model.graph.apply(patch)
    let shape = Wire.field(2, Wire.field(1, Wire.field(1, integer: 1)))
    let type = Wire.field(2, Wire.field(1, Wire.field(1, integer: 1) + shape))
    let after = Wire.model(
      graph("Mul", ["x", "w"])
        + Wire.field(5, Wire.tensor("w", .float, [1], after: Wire.field(9, one)))
        + x + Wire.field(11, Wire.field(1, "w") + type) + y, irVersion: 3)
    #expect(try ONNXFile.serialize(model) == after)
  }

  @Test func `a model made here is read back as it was made`() throws {
    var builder = GraphBuilder(name: "g", opset: 17)
    builder.addInput("x", type: ValueType(.float, [.symbolic("N"), .fixed(2), .unknown]))
    builder.addInitializer("w", Initializer(Tensor([Float(1), 2], shape: [2, 1])))
    let attributes: Attributes = [
      "f": .float(1.5), "i": .int(-3), "s": .string("text"),
      "t": .tensor(Tensor([Int64(4)], shape: [1])),
      "fs": .floats([1, 2]), "is": .ints([3, 4]), "ss": .strings([[97], []]),
    ]
    builder.addNode(
      name: "n", type: OperatorType("Odd", domain: "d"), attributes: attributes,
      inputs: ["x", "", "w"], outputs: ["y"])
    builder.addOutput("y", type: nil)
    let model = Model(
      irVersion: 8, opsets: ["": 17, "d": 1], graph: try builder.build(), metadata: ["k": "v"])
    let copy = try Wire.read(try ONNXFile.serialize(model))
    let node = try #require(copy.graph.nodes.first)
    #expect(node.attributes == attributes)
    #expect(node.inputs.map { $0.map { copy.graph[$0].name } } == ["x", nil, "w"])
    #expect(copy.opsets == model.opsets)
    #expect(copy.metadata == ["k": "v"])
    let x = try #require(copy.graph.value(named: "x"))
    #expect(copy.graph[x].declaredType == ValueType(.float, [.symbolic("N"), .fixed(2), .unknown]))
    #expect(copy.graph.initializers.values.first?.tensor == Tensor([Float(1), 2], shape: [2, 1]))
  }
}
