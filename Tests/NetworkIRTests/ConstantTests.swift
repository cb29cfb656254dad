import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct ConstantTests {
  private func evaluate(
    _ type: Name, _ attributes: Attributes = [:], _ inputs: [Tensor?], outputs: Int = 1,
    opset: Int = 13
  ) throws -> [Tensor] {
    try ConstantEvaluation.evaluate(
      Operator(OperatorType(type), attributes, opset: opset), inputs, outputCount: outputs,
      opset: opset)
  }

  private func integers(_ elements: Int64...) -> Tensor {
    Tensor(elements, shape: [elements.count])
  }

  @Test func `integer division truncates towards zero`() throws {
    let quotient = try evaluate("Div", [:], [integers(7, -7, 7, -7), integers(2, 2, -2, -2)])
    #expect(quotient == [integers(3, -3, -3, 3)])
  }

  @Test func `integers wrap around, and have no quotient by zero`() throws {
    let (large, one) = (integers(.max), integers(1))
    #expect(try evaluate("Add", [:], [large, one]) == [integers(.min)])
    #expect(try evaluate("Mul", [:], [large, integers(2)]) == [integers(-2)])
    #expect(try evaluate("Sub", [:], [integers(.min), one]) == [large])
    #expect(try evaluate("Div", [:], [integers(.min), integers(-1)]) == [integers(.min)])
    #expect(throws: OperatorFailure.divisionByZero) {
      try evaluate("Div", [:], [one, integers(0)])
    }
  }

  @Test func `a slice clamps its bounds and runs backwards`() throws {
    let x = integers(0, 1, 2, 3, 4, 5)
    func slice(_ start: Int64, _ end: Int64, _ step: Int64) throws -> Tensor {
      try evaluate(
        "Slice", [:], [x, integers(start), integers(end), integers(0), integers(step)])[0]
    }
    #expect(try slice(-1, .min, -2) == integers(5, 3, 1))
    #expect(try slice(100, -100, -4) == integers(5, 1))
    #expect(try slice(-100, 100, 4) == integers(0, 4))
    #expect(try slice(4, 2, 1).shape == [0])
    #expect(try slice(2, 4, .min).shape == [0])
    #expect(try slice(4, 0, .min) == integers(4))
    let old = try evaluate("Slice", ["starts": .ints([1]), "ends": .ints([-1])], [x], opset: 9)
    #expect(old == [integers(1, 2, 3, 4)])
  }

  @Test func `data moves bit for bit in every type of whole bytes`() throws {
    let bytes = Tensor(.uint8, [1, 2, 3, 4, 5, 6] as [UInt8], [2, 3])
    #expect(
      try evaluate("Transpose", [:], [bytes])
        == [Tensor(.uint8, [1, 4, 2, 5, 3, 6] as [UInt8], [3, 2])])
    let nan = Float(bitPattern: 0x7fc0_1234)
    let floats = Tensor([nan, -0.0], shape: [2, 1])
    #expect(
      try evaluate("Expand", [:], [floats, integers(2, 2)])
        == [Tensor([nan, nan, -0.0, -0.0], shape: [2, 2])])
    let complex = Tensor(.complex128, [SIMD2(1.0, 2), SIMD2(3.0, 4)], [2])
    #expect(
      try evaluate("Concat", ["axis": .int(0)], [complex, complex])[0].shape == [4])
    #expect(
      try evaluate(
        "Split", ["axis": .int(1), "split": .ints([1, 2])], [bytes], outputs: 2, opset: 11)
        == [
          Tensor(.uint8, [1, 4] as [UInt8], [2, 1]),
          Tensor(.uint8, [2, 3, 5, 6] as [UInt8], [2, 2]),
        ])
  }

  @Test func `a gather takes negative indices and refuses those out of range`() throws {
    let x = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    let columns = Tensor([-1, 0] as [Int64], shape: [2, 1])
    #expect(
      try evaluate("Gather", ["axis": .int(1)], [x, columns])
        == [Tensor([3, 1, 6, 4] as [Float], shape: [2, 2, 1])])
    #expect(throws: OperatorFailure.index(2, extent: 2)) {
      try evaluate("Gather", [:], [x, integers(2)])
    }
  }

  @Test func `a result that takes too much memory is refused before it is made`() throws {
    #expect(throws: OperatorFailure.tooLarge(shape: [1 << 31, 1 << 31])) {
      try evaluate("ConstantOfShape", [:], [integers(1 << 31, 1 << 31)])
    }
    #expect(throws: OperatorFailure.tooLarge(shape: [1 << 40])) {
      try evaluate("Expand", [:], [integers(1), integers(1 << 40)])
    }
  }

  /// w → Identity → Identity → Transpose; k a Constant; o an initializer that is an input too.
  private func graph() throws -> Graph {
    var builder = GraphBuilder(name: "constants", opset: 13)
    let type = ValueType(.float, shape: [2, 1])
    builder.addInput("x", type: type)
    builder.addInput("o", type: type)
    for name in ["w", "o"] as [Name] {
      builder.addInitializer(name, Initializer(Tensor([1, 2] as [Float], shape: [2, 1])))
    }
    builder.addNode(name: "i1", .identity(Identity()), inputs: ["w"], outputs: ["a"])
    builder.addNode(name: "i2", .identity(Identity()), inputs: ["a"], outputs: ["b"])
    builder.addNode(
      name: "t", type: OperatorType("Transpose"), attributes: [:], inputs: ["b"], outputs: ["c"])
    builder.addNode(name: "i3", .identity(Identity()), inputs: ["c"], outputs: ["d"])
    builder.addNode(
      name: "k", type: OperatorType("Constant"),
      attributes: ["value": .tensor(Tensor([3] as [Float], shape: [1]))], inputs: [],
      outputs: ["k"])
    builder.addNode(name: "r", .activation(.relu), inputs: ["w"], outputs: ["relu"])
    builder.addNode(name: "s", .binary(Binary(.add)), inputs: ["x", "w"], outputs: ["sum"])
    return try builder.build()
  }

  @Test func `a constant says where it is stored and through which Identities it came`() throws {
    let graph = try graph()
    func id(_ name: Name) throws -> Value.ID { try #require(graph.value(named: name)) }
    func node(_ name: Name) throws -> Node.ID {
      try #require(graph.nodes.first { $0.name == name }?.id)
    }
    let b = try graph.constant(id("b"))
    #expect(b.tensor.floats == [1, 2])
    #expect(b.origin.storage == .initializer(try id("w")))
    #expect(b.origin.identities == [try node("i2"), try node("i1")])
    let d = try graph.constant(id("d"))
    #expect(d.tensor == Tensor([1, 2] as [Float], shape: [1, 2]))
    #expect(d.origin.storage == .computed(try node("t")))
    #expect(d.origin.identities == [try node("i3")])
    #expect(try graph.constant(id("k")).origin.storage == .node(node("k")))
  }

  @Test func `what is no constant says why`() throws {
    let graph = try graph()
    func id(_ name: Name) throws -> Value.ID { try #require(graph.value(named: name)) }
    func failure(_ name: Name, assuming: Bool = false) throws -> ConstantFailure? {
      let id = try id(name)
      do {
        _ = try graph.constant(id, assumingConstantInputs: assuming)
        return nil
      } catch { return error }
    }
    #expect(try failure("o") == .overridable(id("o")))
    #expect(try failure("o", assuming: true) == nil)
    #expect(try failure("x") == .input(id("x")))
    #expect(try failure("sum") == .input(id("x")))
    let relu = try #require(graph.nodes.first { $0.name == "r" }?.id)
    #expect(try failure("relu") == .notConstant(producer: relu))
  }
}
