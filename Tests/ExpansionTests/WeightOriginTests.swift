import Expansion
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// Weights wherever exporters put them: expanded and restored, or left with the reason.
@Suite struct WeightOriginTests {
  /// A convolution of `w`, defined by the test.
  private func model(
    inputs: [Name] = ["x", "w"], irVersion: Int = 8, define: (inout ModelSketch) -> Void
  ) throws -> Model {
    var sketch = ModelSketch(input: [1, 4, 9, 9])
    define(&sketch)
    sketch.node("node", "Conv", inputs, ["y"])
    return try sketch.model(irVersion: irVersion)
  }

  private func reason(
    of node: Name = "node", in model: Model, _ change: (inout ExpansionOptions) -> Void = { _ in }
  ) throws -> SkipReason? {
    let (_, report) = try Expander(options(change)).expand(model)
    let row = try #require(report.rows.first { $0.node == node })
    guard case .skipped(let reason) = row.result else { return nil }
    return reason
  }

  @Test(arguments: [ElementType.float16, .bfloat16, .double])
  func `weights of other floating types stay of their type`(type: ElementType) throws {
    var generator = SeededGenerator(seed: 3)
    let numbers = (0..<144).map { _ in generator.normal() }
    let tensor = try #require(Tensor(rounding: numbers, to: type, shape: [4, 4, 3, 3]))
    let bias = try #require(Tensor(rounding: [1, 2, 3, 4], to: type, shape: [4]))
    let model = try model(inputs: ["x", "w", "b"]) { sketch in
      sketch.builder.addInitializer("w", Initializer(tensor))
      sketch.builder.addInitializer("b", Initializer(bias))
    }
    let (expanded, _) = try Expander(ExpansionOptions()).expand(model)
    #expect(expanded.graph.initializers.values.allSatisfy { $0.tensor.elementType == type })
    let (contracted, _) = try Contractor().contract(expanded)
    #expect(Structure(contracted) == Structure(model))
    #expect(contracted.tensor("b") == bias)
    let rounding = try #require(FloatingRounding(type))
    let original = try #require(tensor.doubles)
    let restored = try #require(contracted.tensor("w")?.doubles)
    let largest = original.map(\.magnitude).max() ?? 0
    // A few roundings of the type, and 2⁻⁴⁰ for the arithmetic in Double: see `PreserveBound`.
    let bound = (12 * rounding.unitRoundoff + 0x1p-40) * largest
    #expect(Closeness.maximumDifference(original, restored) <= bound)
  }

  @Test func `a Constant node of floats goes back into one`() throws {
    let model = try model(inputs: ["x", "w", "b"]) { sketch in
      sketch.constant("w", [4, 4, 3, 3])
      sketch.node("held", "Constant", [], ["b"], ["value_floats": .floats([1, 2, 3, 4])])
    }
    let (expanded, _) = try Expander(ExpansionOptions()).expand(model)
    #expect(!expanded.graph.nodes.contains { $0.name == "held" })
    let (contracted, _) = try Contractor().contract(expanded)
    #expect(Structure(contracted) == Structure(model))
    let held = try #require(contracted.graph.nodes.first { $0.name == "held" })
    #expect(held.attributes["value_floats"] == .floats([1, 2, 3, 4]))
  }

  @Test func `a weight that is a graph input is expanded only on request, and is one again`() throws
  {
    for irVersion in [3, 8] {
      let model = try model(inputs: ["x", "w", "b"], irVersion: irVersion) { sketch in
        sketch.builder.addInput("w", type: ValueType(.float, shape: [4, 4, 3, 3]))
        sketch.builder.addInput("other", type: nil)
        sketch.builder.addInput("b", type: ValueType(.float, shape: [4]))
        sketch.constant("w", [4, 4, 3, 3])
        sketch.constant("b", [4])
      }
      #expect(try reason(in: model) == .overridable(.weight, "w"))
      let (expanded, report) = try Expander(
        options { $0.assumesConstantInputs = true }
      ).expand(model)
      #expect(report.unitCount == 1)
      func inputs(_ model: Model) -> [Name] {
        model.graph.inputs.map { model.graph[$0.value].name }
      }
      #expect(inputs(expanded) == ["x", "other"])
      #expect(expanded.tensor("w") == nil && expanded.tensor("b") == nil)
      let (contracted, _) = try Contractor().contract(expanded)
      #expect(Structure(contracted) == Structure(model))
      #expect(inputs(contracted) == ["x", "w", "other", "b"])
      for name in ["w", "b"] as [Name] {
        let value = try #require(contracted.graph.value(named: name))
        #expect(contracted.graph.isOverridable(value))
        #expect(contracted.graph[value].declaredType?.shape == model.tensor(name)?.shape)
      }
    }
  }

  @Test func `a weight that is tied through a computation is shared`() throws {
    func tied(_ inputs: [Name], _ perm: [Int]) throws -> Model {
      try model(inputs: ["x", "turned"]) { sketch in
        sketch.constant("w", [4, 4, 3, 3])
        sketch.constant("scale", [1])
        sketch.node("scaled", "Mul", ["w", "scale"], ["s"])
        sketch.node("turn", "Transpose", ["s"], ["turned"], ["perm": .ints(perm)])
        sketch.node("other", "Mul", inputs, ["unread"])
      }
    }
    #expect(
      try reason(in: tied(["x", "w"], [1, 0, 2, 3])) == .shared(.weight, "w", with: ["other"]))
    #expect(
      try reason(in: tied(["x", "s"], [1, 0, 2, 3])) == .shared(.weight, "s", with: ["other"]))
    // A scale that others read too is no parameter of this node.
    #expect(try reason(in: tied(["x", "scale"], [1, 0, 2, 3])) == nil)
  }

  @Test func `a weight that no constant makes is left, with what makes it`() throws {
    let quantized = try model { sketch in
      sketch.builder.addInitializer(
        "q", Initializer(Tensor([Int64](repeating: 1, count: 144), shape: [4, 4, 3, 3])))
      sketch.constant("scale", [])
      sketch.node("dequantize", "DequantizeLinear", ["q", "scale"], ["w"])
    }
    #expect(try reason(in: quantized) == .quantized(.weight, "w"))
    let integers = try model { sketch in
      sketch.constant("w", [4, 4, 3, 3])
      sketch.node("integers", "ConvInteger", ["x", "w"], ["unread"])
    }
    #expect(try reason(of: "integers", in: integers) == .computesIntegers)
    let normalized = try model { sketch in
      sketch.constant("v", [4, 4, 3, 3])
      sketch.node("norm", "LpNormalization", ["v"], ["w"])
    }
    #expect(
      try reason(in: normalized)
        == .notConstant(.weight, "w", .node("norm", OperatorType("LpNormalization"))))
    let sparse = try model { $0.builder.addOpaqueConstant("w") }
    #expect(try reason(in: sparse) == .notConstant(.weight, "w", .stored("w")))
    let given = try model { sketch in
      sketch.builder.addInput("v", type: nil)
      sketch.node("copy", "Identity", ["v"], ["w"])
    }
    #expect(try reason(in: given) == .notConstant(.weight, "w", .input("v")))
    let impossible = try model { sketch in
      sketch.constant("v", [4, 4, 3, 3])
      sketch.builder.addInitializer("shape", Initializer(Tensor([Int64(7)], shape: [1])))
      sketch.node("bend", "Reshape", ["v", "shape"], ["w"])
    }
    #expect(
      try reason(in: impossible)
        == .notConstant(.weight, "w", .subgraph("bend", OperatorType("Reshape"))))
  }

  @Test func `subgraphs of every exporter's operators are computed`() throws {
    let computed = try model { sketch in
      sketch.constant("v", [3, 3, 4, 4])
      sketch.constant("shift", [])
      sketch.constant("scale", [4])
      sketch.builder.addInitializer("axes", Initializer(Tensor([Int64(0)], shape: [1])))
      sketch.builder.addInitializer(
        "shape", Initializer(Tensor([Int64(4), 4, 3, 3], shape: [4])))
      sketch.node("turn", "Transpose", ["v"], ["t"], ["perm": .ints([3, 2, 0, 1])])
      sketch.node("scaled", "Mul", ["t", "shift"], ["s"])
      sketch.node("shifted", "Add", ["s", "shift"], ["a"])
      sketch.node("unsqueezed", "Unsqueeze", ["a", "axes"], ["u"])
      sketch.node("reshaped", "Reshape", ["u", "shape"], ["r"])
      sketch.node("cast", "Cast", ["r"], ["c"], ["to": .int(1)])
      sketch.node("copy", "Identity", ["c"], ["w"])
    }
    let (expanded, report) = try Expander(ExpansionOptions()).expand(computed)
    #expect(report.unitCount == 1)
    #expect(expanded.graph.nodes.map(\.type.name) == ["Conv", "Conv", "Conv"])
    let (contracted, contraction) = try Contractor().contract(expanded)
    #expect(contraction.units[0].notes == [.stored("w")])
    #expect(contracted.graph.nodes.map(\.name) == ["node"])
    let value = try #require(computed.graph.value(named: "w"))
    let original = try #require(computed.graph.constant(value).tensor.doubles)
    let restored = try #require(contracted.tensor("w")?.doubles)
    let largest = original.map(\.magnitude).max() ?? 0
    #expect(Closeness.maximumDifference(original, restored) <= 12 * 0x1p-24 * largest)
  }
}
