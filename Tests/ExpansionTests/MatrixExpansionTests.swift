import Expansion
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct MatrixExpansionTests {
  /// A hidden Gemm, shaped by the test, and the one that makes the logits.
  private func gemm(
    c: [Int]?, attributes: Attributes = [:], opset: Int = 17
  ) throws -> Model {
    let transA = attributes["transA"] == .int(1)
    let transB = attributes["transB"] == .int(1)
    var sketch = ModelSketch(opset: opset, input: transA ? [6, 2] : [2, 6])
    sketch.constant("w", transB ? [5, 6] : [6, 5])
    if let c { sketch.constant("c", c) }
    sketch.node("hidden", "Gemm", c != nil ? ["x", "w", "c"] : ["x", "w"], ["p"], attributes)
    sketch.node("relu", "Relu", ["p"], ["q"])
    sketch.constant("head.weight", [5, 3])
    sketch.node("head", "MatMul", ["q", "head.weight"], ["y"])
    return try sketch.model()
  }

  private func expectRestored(
    _ model: Model, _ options: ExpansionOptions = ExpansionOptions()
  ) throws -> Model {
    let (expanded, report) = try Expander(options).expand(model)
    #expect(report.unitCount == 1)
    let (contracted, contraction) = try Contractor().contract(expanded)
    #expect(contraction.units.map(\.notes) == [[]])
    #expect(Structure(contracted) == Structure(model))
    // A few roundings of the largest weight, as the bound of preserving factors promises.
    #expect(contracted.largestRoundings(from: model) <= 12)
    return expanded
  }

  @Test(arguments: [0, 1, 2, 3])
  func `Gemm comes back with every C and every attribute`(mode: Int) throws {
    let attributes: Attributes = [
      "alpha": .float(0.3), "beta": .float(-2), "transA": .int(mode % 2), "transB": .int(mode / 2),
    ]
    for c in [nil, [5], [1, 5], [], [1], [1, 1], [2, 1], [2, 5]] as [[Int]?] {
      let model = try gemm(c: c, attributes: attributes)
      let expanded = try expectRestored(model)
      let last = try #require(expanded.graph.nodes.first { $0.name == "hidden/expand.2" })
      let isBias = c == [5] || c == [1, 5]
      #expect(last.attributes["beta"] == .float(c == nil || isBias ? 1 : -2))
      #expect((expanded.tensor("c") != nil) == (c != nil && !isBias))
    }
  }

  @Test func `a beta of zero leaves C where it is, an alpha of zero the node`() throws {
    _ = try expectRestored(gemm(c: [5], attributes: ["beta": .float(0)]))
    let model = try gemm(c: [5], attributes: ["alpha": .float(0)])
    let (_, report) = try Expander(ExpansionOptions()).expand(model)
    #expect(report.rows[0].result == .skipped(.scaleUnusable(.weight)))
  }

  @Test func `before opset 11 a factor without a bias is a MatMul`() throws {
    for opset in [6, 7, 9, 10] {
      var none = ExpansionOptions()
      none.intermediateBias = .none
      let expanded = try expectRestored(gemm(c: [5], opset: opset), none)
      #expect(
        expanded.graph.nodes.prefix(3).map(\.type.name) == ["MatMul", "MatMul", "Gemm"])
      let scalar = try expectRestored(gemm(c: [], opset: opset))
      #expect(scalar.graph.nodes.prefix(3).map(\.type.name) == ["MatMul", "MatMul", "Gemm"])
      let all = try expectRestored(gemm(c: [5], opset: opset))
      #expect(all.graph.nodes.prefix(3).map(\.type.name) == ["Gemm", "Gemm", "Gemm"])
      let turned = try gemm(c: [], attributes: ["transA": .int(1)], opset: opset)
      let (_, report) = try Expander(ExpansionOptions()).expand(turned)
      #expect(report.rows[0].result == .skipped(.gemmNeedsBias(opset: opset)))
    }
  }

  @Test func `MatMul of any rank takes the Add behind it, in either order`() throws {
    for (rank, order) in [(2, 0), (3, 1), (4, 0)] {
      for bias in [[5], [1, 5], [1, 1, 5]] {
        var sketch = ModelSketch(input: [Int](repeating: 2, count: rank - 1) + [6])
        sketch.constant("w", [6, 5])
        sketch.constant("c", bias)
        sketch.node("product", "MatMul", ["x", "w"], ["p"])
        sketch.node("sum", "Add", order == 0 ? ["p", "c"] : ["c", "p"], ["s"])
        sketch.constant("v", [5, 3])
        sketch.node("head", "MatMul", ["s", "v"], ["y"])
        let expanded = try expectRestored(try sketch.model())
        #expect(expanded.graph.nodes.count { $0.type.name == "Add" } == 3)
      }
    }
  }

  @Test func `an Add before opset 7 is a bias where it broadcasts along the last axis`() throws {
    for (attributes, adds) in [
      (["broadcast": .int(1)], 3), (["broadcast": .int(1), "axis": .int(1)], 1), ([:], 1),
    ] as [(Attributes, Int)] {
      var sketch = ModelSketch(opset: 6, input: [5, 6])
      sketch.constant("w", [6, 5])
      sketch.constant("c", attributes.isEmpty ? [5, 5] : [5])
      sketch.node("product", "MatMul", ["x", "w"], ["p"])
      sketch.node("sum", "Add", ["p", "c"], ["s"], attributes)
      sketch.constant("v", [5, 3])
      sketch.node("head", "MatMul", ["s", "v"], ["y"])
      let expanded = try expectRestored(try sketch.model())
      #expect(expanded.graph.nodes.count { $0.type.name == "Add" } == adds)
    }
  }

  @Test func `a MatMul without a matrix on its right is skipped with the reason`() throws {
    func reason(_ inputs: [Name], _ weight: [Int]) throws -> ExpansionReport.Result? {
      var sketch = ModelSketch(input: [2, 6, 6])
      sketch.constant("w", weight)
      sketch.node("node", "MatMul", inputs, ["p"])
      sketch.constant("v", [6, 3])
      sketch.node("head", "MatMul", ["p", "v"], ["y"])
      return try Expander(ExpansionOptions()).expand(sketch.model()).1.rows.first?.result
    }
    #expect(try reason(["w", "x"], [6, 6]) == .skipped(.weightIsFirst("w")))
    #expect(try reason(["x", "x"], [6, 6]) == .skipped(.multipliesActivations))
    #expect(try reason(["x", "w"], [2, 6, 6]) == .skipped(.weightIsBatch([2, 6, 6])))
    #expect(try reason(["x", "w"], [6]) == .skipped(.unexpectedShape(.weight, [6])))
  }

  @Test func `what is added at the end need not be constant`() throws {
    var sketch = ModelSketch(input: [1, 4, 9, 9])
    sketch.builder.addInput("b", type: nil)
    sketch.constant("w", [6, 4, 3, 3])
    sketch.node("conv", "Conv", ["x", "w", "b"], ["y"])
    let model = try sketch.model()
    let expanded = try expectRestored(model, options { $0.intermediateBias = .all })
    #expect(expanded.graph.nodes.map(\.inputs.count) == [2, 2, 3])
  }
}
