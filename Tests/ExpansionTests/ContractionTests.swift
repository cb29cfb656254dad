import Expansion
import NetworkIR
import OrderedCollections
import Rewriting
import TensorCore
import TestSupport
import Testing

@Suite struct ContractionTests {
  private func roundTrip(
    _ model: Model, _ change: (inout ExpansionOptions) -> Void = { _ in }
  ) throws -> (contracted: Model, report: ContractionReport) {
    let (expanded, report) = try Expander(options(change)).expand(model)
    #expect(report.unitCount > 0)
    #expect(expanded.metadata[Provenance.key] != nil)
    return try Contractor().contract(expanded)
  }

  @Test func `Gemm keeps its transposition, alpha, beta and the shape of its bias`() throws {
    var sketch = ModelSketch(input: [6, 2])
    sketch.constant("a", [6, 5])
    sketch.constant("c", [1, 5])
    sketch.constant("b", [5, 3])
    sketch.node(
      "hidden", "Gemm", ["x", "a", "c"], ["p"],
      ["alpha": .float(0.3), "beta": .float(-2), "transA": .int(1)])
    sketch.node("head", "Gemm", ["p", "b"], ["y"])
    let model = try sketch.model()
    let (contracted, _) = try roundTrip(model)
    #expect(Structure(contracted) == Structure(model))
    #expect(contracted.largestRoundings(from: model) <= 12)
  }

  @Test func `MatMul and its Add are one unit, MatMul alone has no bias`() throws {
    for bias in [[5], [1, 5], nil] as [[Int]?] {
      var sketch = ModelSketch(input: [2, 6])
      sketch.constant("a", [6, 5])
      sketch.node("product", "MatMul", ["x", "a"], ["p"])
      if let bias {
        sketch.constant("c", bias)
        sketch.node("sum", "Add", ["c", "p"], ["s"])
      }
      sketch.node("relu", "Relu", [bias == nil ? "p" : "s"], ["q"])
      sketch.constant("b", [5, 3])
      sketch.node("head", "MatMul", ["q", "b"], ["y"])
      let model = try sketch.model()
      let (expanded, _) = try Expander(ExpansionOptions()).expand(model)
      let adds = expanded.graph.nodes.count { $0.type.name == "Add" }
      #expect(adds == (bias == nil ? 0 : 3))
      let (contracted, _) = try Contractor().contract(expanded)
      #expect(Structure(contracted) == Structure(model))
      #expect(contracted.largestRoundings(from: model) <= 12)
    }
  }

  @Test func `a weight from a Constant node goes back into one`() throws {
    var sketch = ModelSketch(input: [1, 4, 9, 9])
    let tensor = sketch.tensor([4, 4, 3, 3])
    sketch.node("held", "Constant", [], ["w"], ["value": .tensor(tensor)])
    sketch.node("node", "Conv", ["x", "w"], ["y"])
    let model = try sketch.model()
    let (contracted, _) = try roundTrip(model)
    #expect(Structure(contracted) == Structure(model))
  }

  @Test func `a weight that a small subgraph computes is stored after contraction`() throws {
    var sketch = ModelSketch(input: [2, 6])
    sketch.constant("stored", [5, 6])
    sketch.node("turn", "Transpose", ["stored"], ["a"], ["perm": .ints([1, 0])])
    sketch.node("hidden", "MatMul", ["x", "a"], ["p"])
    sketch.node("relu", "Relu", ["p"], ["q"])
    sketch.constant("b", [5, 3])
    sketch.node("head", "MatMul", ["q", "b"], ["y"])
    let model = try sketch.model()
    let (contracted, report) = try roundTrip(model)
    #expect(report.units[0].notes == [.stored("a")])
    #expect(contracted.graph.nodes.map(\.name) == ["hidden", "relu", "head"])
    let stored = try #require(model.tensor("stored")?.doubles)
    let restored = try #require(contracted.tensor("a")?.doubles)
    let largest = stored.map(\.magnitude).max() ?? 0
    for row in 0..<5 {
      for column in 0..<6 {
        let difference = restored[column * 5 + row] - stored[row * 6 + column]
        #expect(difference.magnitude <= 12 * 0x1p-24 * largest)
      }
    }
  }

  @Test func `uses behind Identity are separate, and a shared initializer is not overwritten`()
    throws
  {
    var sketch = ModelSketch(input: [1, 4, 12, 12])
    sketch.constant("w", [4, 4, 3, 3])
    sketch.node("copy", "Identity", ["w"], ["w2"])
    sketch.node("first", "Conv", ["x", "w"], ["p"])
    sketch.node("second", "Conv", ["p", "w2"], ["y"])
    let model = try sketch.model()
    let (both, report) = try roundTrip(model)
    #expect(both.graph.nodes.map(\.name) == ["first", "second"])
    #expect(both.tensor("w2")?.shape == [4, 4, 3, 3])
    #expect(report.units[1].notes == [.untied("w2")])

    let (expanded, _) = try Expander(
      options {
        $0.exclude = ["second"]
        $0.initialisation = .random
      }
    ).expand(model)
    #expect(expanded.tensor("w") == model.tensor("w"))
    let (alone, notes) = try Contractor().contract(expanded)
    #expect(alone.tensor("w") == model.tensor("w"))
    #expect(notes.units[0].notes == [.renamed("w", to: "w.1")])
    #expect(alone.tensor("w.1")?.shape == [4, 4, 3, 3])
  }

  @Test func `untying copies every initializer behind Identity, chains too`() throws {
    var sketch = ModelSketch(input: [1, 4, 12, 12])
    sketch.constant("w", [4, 4, 3, 3])
    sketch.node("copy", "Identity", ["w"], ["w2"])
    sketch.node("again", "Identity", ["w2"], ["w3"])
    sketch.node("first", "Conv", ["x", "w"], ["p"])
    sketch.node("second", "Conv", ["p", "w2"], ["q"])
    sketch.node("third", "Conv", ["q", "w3"], ["y"])
    var model = try sketch.model()
    let original = model.tensor("w")
    #expect(try FixpointPass(UntieSharedInitializers()).run(on: &model.graph) == 2)
    #expect(model.graph.nodes.map(\.name) == ["first", "second", "third"])
    #expect(
      [model.tensor("w"), model.tensor("w2"), model.tensor("w3")].allSatisfy { $0 == original })
  }

  @Test func `names that are not UTF-8 come back`() throws {
    var sketch = ModelSketch(input: [1, 4, 9, 9])
    let weight = Name(bytes: [0x77, 0xff, 0x2f])
    let node = Name(bytes: [0xc3, 0x28])
    sketch.constant(weight, [4, 4, 3, 3])
    sketch.node(node, "Conv", ["x", weight], [Name(bytes: [0x80])])
    let model = try sketch.model(output: Name(bytes: [0x80]))
    let (contracted, _) = try roundTrip(model)
    #expect(Structure(contracted) == Structure(model))
  }

  @Test func `a bias that the factors learnt is added and told`() throws {
    var sketch = ModelSketch(input: [1, 4, 9, 9])
    sketch.constant("w", [4, 4, 3, 3])
    sketch.node("node", "Conv", ["x", "w"], ["y"])
    let model = try sketch.model()
    let (preserved, _) = try roundTrip(model) { $0.intermediateBias = .all }
    #expect(Structure(preserved) == Structure(model))
    let (learnt, report) = try roundTrip(model) {
      $0.intermediateBias = .all
      $0.initialisation = .random
    }
    #expect(report.units[0].notes == [.biasAdded("w.bias")])
    #expect(learnt.tensor("w.bias")?.shape == [4])
  }

  @Test func `an expanded factor is restored before its unit`() throws {
    var sketch = ModelSketch(input: [1, 4, 9, 9])
    sketch.constant("w", [4, 4, 3, 3])
    sketch.node("node", "Conv", ["x", "w"], ["y"])
    let model = try sketch.model()
    let expander = Expander(options { $0.rate = 1 })
    let (twice, report) = try expander.expand(expander.expand(model).0)
    #expect(report.unitCount == 1)
    let (contracted, contraction) = try Contractor().contract(twice)
    #expect(contraction.units.count == 2)
    #expect(Structure(contracted) == Structure(model))
    // Two expansions, each within twelve roundings.
    #expect(contracted.largestRoundings(from: model) <= 24)
  }

  @Test func `a model without units comes back as it is`() throws {
    var sketch = ModelSketch(input: [1, 4, 9, 9])
    sketch.node("node", "Relu", ["x"], ["y"])
    let model = try sketch.model()
    let (expanded, report) = try Expander(ExpansionOptions()).expand(model)
    #expect(report.rows.isEmpty && expanded.metadata.isEmpty)
    #expect(try Contractor().contract(model).1.units.isEmpty)
  }

  @Test func `what is not as recorded is contracted by structure, with the reason`() throws {
    var sketch = ModelSketch(input: [1, 4, 9, 9])
    sketch.constant("w", [4, 4, 3, 3])
    sketch.node("node", "Conv", ["x", "w"], ["y"])
    var (expanded, _) = try Expander(ExpansionOptions()).expand(sketch.model())
    func report(_ model: Model) throws -> ContractionReport {
      try Contractor().contract(model).1
    }
    var unread = expanded
    unread.metadata[Provenance.key] = "{]"
    let damaged = try report(unread)
    #expect(damaged.method == .structure(insteadOfProvenance: .provenanceUnreadable))
    #expect(damaged.units.map(\.node) == ["node"])
    unread.metadata[Provenance.key] = "{\"version\": 9}"
    let newer = try report(unread)
    #expect(newer.method == .structure(insteadOfProvenance: .provenanceVersionUnknown(9)))
    #expect(newer.units.map(\.node) == ["node"])
    var patch = GraphPatch()
    let last = try #require(expanded.graph.nodes.last)
    patch.remove(last.id)
    let relu = patch.addNode(
      name: "relu", type: OperatorType("Relu"), attributes: [:],
      inputs: [last.input(0).map(GraphPatch.Source.tap)], outputs: ["z"])
    if let old = last.output(0), let new = relu[0] { patch.shunt(old, to: new) }
    try expanded.graph.apply(patch)
    let changed = try report(expanded)
    #expect(
      changed.method
        == .structure(
          insteadOfProvenance: .unit(node: "node", index: 0, .factorMissing(factor: 2))))
    #expect(changed.units.map(\.channels) == [[4, 16, 16]])
  }

  @Test func `a damaged record leaves the structure, or gives a sound graph`() throws {
    var sketch = ModelSketch(input: [2, 6])
    sketch.constant("a", [6, 5])
    sketch.constant("c", [5])
    sketch.node("product", "MatMul", ["x", "a"], ["p"])
    sketch.node("sum", "Add", ["p", "c"], ["s"])
    sketch.constant("b", [5, 3])
    sketch.node("head", "MatMul", ["s", "b"], ["y"])
    let (expanded, _) = try Expander(options { $0.rate = 1 }).expand(sketch.model())
    let record = try #require(expanded.metadata[Provenance.key]).bytes
    var refused = 0
    for place in record.indices {
      for byte in Array("9-}\"".utf8) where record[place] != byte {
        var damaged = expanded
        var bytes = record
        bytes[place] = byte
        damaged.metadata[Provenance.key] = Name(bytes: bytes)
        let (contracted, report) = try Contractor().contract(damaged)
        try contracted.graph.verify()
        // A damaged number of the record can give a wrong kernel, which its check catches.
        guard report.method != .provenance else { continue }
        #expect(report.units.allSatisfy { $0.check?.passed == true })
        refused += 1
      }
    }
    #expect(refused > record.count)
  }
}
