import Expansion
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// What the last factor adds at the end where that is no bias of its own: contracted nodes keep it.
@Suite struct `Contraction of factors with an addend` {
  private func gemm(c: [Int], _ attributes: Attributes) throws -> Model {
    var sketch = ModelSketch(input: [2, 6])
    sketch.constant("w", [6, 5])
    sketch.constant("c", c)
    sketch.node("hidden", "Gemm", ["x", "w", "c"], ["p"], attributes)
    // The node that makes the output would stay.
    sketch.node("relu", "Relu", ["p"], ["q"])
    sketch.constant("v", [5, 3])
    sketch.node("head", "MatMul", ["q", "v"], ["y"])
    return try sketch.model()
  }

  private func obstacles(_ sketch: ModelSketch) throws -> [ContractionObstacle] {
    var sketch = sketch
    let (_, report) = try Contractor().contract(sketch.model())
    #expect(report.units.isEmpty)
    return report.skipped.map(\.obstacle)
  }

  @Test(arguments: [[], [1], [2, 1], [2, 5], [5]] as [[Int]], [-2, 0] as [Float])
  func `a Gemm keeps its C and beta, by structure and like the compact model`(
    c: [Int], beta: Float
  ) throws {
    let model = try gemm(c: c, ["beta": .float(beta)])
    let expanded = try Expander(ExpansionOptions()).expand(model).0.disguised()
    let (free, report) = try Contractor().contract(expanded)
    #expect(report.units.map(\.check?.passed) == [true])
    let node = try #require(free.graph.nodes.first)
    #expect(free.graph.nodes.map(\.type.name) == ["Gemm", "Relu", "MatMul"])
    if beta == 0 || c != [5] {
      let held = try #require(node.input(2))
      #expect(free.graph.initializer(held)?.tensor == model.tensor("c"))
      #expect(node.attributes["beta"] == .float(beta))
    }
    let (like, contraction) = try Contractor().contract(expanded, like: model)
    #expect(contraction.units.map(\.check?.passed) == [true])
    #expect(Structure(like) == Structure(model))
    #expect(like.largestRoundings(from: model) <= 12)
  }

  @Test func `a bias from outside is read on`() throws {
    var sketch = ModelSketch(input: [1, 4, 9, 9])
    sketch.builder.addInput("b", type: nil)
    sketch.constant("w", [6, 4, 3, 3])
    sketch.node("conv", "Conv", ["x", "w", "b"], ["y"])
    let model = try sketch.model()
    let expanded = try Expander(ExpansionOptions()).expand(model).0.disguised()
    for contracted in [
      try Contractor().contract(expanded).0, try Contractor().contract(expanded, like: model).0,
    ] {
      let node = try #require(contracted.graph.nodes.first)
      #expect(contracted.graph.nodes.count == 1)
      #expect(node.input(2) == contracted.graph.value(named: "b"))
    }
  }

  @Test func `an addend between factors, of the value between them or behind a bias, keeps them`()
    throws
  {
    var inner = ModelSketch(input: [2, 5])
    for (name, shape) in [("a", [5, 9]), ("b", [9, 5]), ("c", [2, 1])] as [(Name, [Int])] {
      inner.constant(name, shape)
    }
    inner.node("first", "Gemm", ["x", "a", "c"], ["p"])
    inner.node("second", "Gemm", ["p", "b"], ["y"])
    #expect(try obstacles(inner) == [.unreadable(.unexpectedShape(.bias, [2, 1]))])

    var own = ModelSketch(input: [2, 5])
    own.constant("a", [5, 5])
    own.constant("b", [5, 5])
    own.node("first", "Gemm", ["x", "a"], ["p"])
    own.node("second", "Gemm", ["p", "b", "p"], ["y"])
    #expect(try obstacles(own) == [.innerValueUsed("p")])

    var biased = ModelSketch(input: [2, 5])
    for (name, shape) in [("a", [5, 9]), ("d", [9]), ("b", [9, 5]), ("c", [2, 1])]
      as [(Name, [Int])]
    {
      biased.constant(name, shape)
    }
    biased.node("first", "Gemm", ["x", "a", "d"], ["p"])
    biased.node("second", "Gemm", ["p", "b", "c"], ["y"])
    #expect(try obstacles(biased) == [.biasHasNoPlace])
  }

  @Test func `a compact model of another beta is unlike`() throws {
    let expanded = try Expander(ExpansionOptions()).expand(gemm(c: [2, 5], ["beta": .float(2)])).0
    let other = try gemm(c: [2, 5], ["beta": .float(3)])
    #expect(throws: ContractionError.unlike(.addend("hidden", index: 0))) {
      try Contractor().contract(expanded, like: other)
    }
  }
}
