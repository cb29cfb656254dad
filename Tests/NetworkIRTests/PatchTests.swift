import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct PatchTests {
  private static let relu = OperatorType("Relu")

  /// x → Add a (w) → p → Add b (v) → q → Relu c → y; w and u are read by a and by nobody.
  private func graph() throws -> Graph {
    var builder = GraphBuilder(name: "g", opset: 17)
    let type = ValueType(.float, shape: [1])
    builder.addInput("x", type: type)
    for name in ["u", "w", "v"] as [Name] {
      builder.addInitializer(name, Initializer(Tensor([1] as [Float], shape: [1]), origin: 7))
    }
    builder.addNode(name: "a", .binary(Binary(.add)), inputs: ["x", "w"], outputs: ["p"])
    builder.addNode(name: "b", .binary(Binary(.add)), inputs: ["p", "v"], outputs: ["q"])
    builder.addNode(name: "c", .activation(.relu), inputs: ["q"], outputs: ["y"])
    builder.addOutput("y", type: type)
    return try builder.build()
  }

  private func node(_ name: Name, _ graph: Graph) throws -> Node {
    try #require(graph.nodes.first { $0.name == name })
  }

  private func value(_ name: Name, _ graph: Graph) throws -> Value.ID {
    try #require(graph.value(named: name))
  }

  private func initializerNames(_ graph: Graph) -> [Name] {
    graph.initializers.keys.map { graph[$0].name }
  }

  @Test func `a shunted value keeps id, name and consumers, and new nodes stand in its place`()
    throws
  {
    var graph = try graph()
    let (p, q) = (try value("p", graph), try value("q", graph))
    var patch = GraphPatch()
    patch.remove(try node("b", graph).id)
    let factor = patch.addInitializer("v", Tensor([2] as [Float], shape: [1]))
    let inner = patch.addNode(
      name: "b", type: OperatorType("Mul"), attributes: [:], inputs: [.tap(p), factor],
      outputs: ["p"])
    let last = patch.addNode(
      name: "last", type: Self.relu, attributes: [:], inputs: inner, outputs: ["q"])
    patch.shunt(q, to: try #require(last[0]))
    let applied = try graph.apply(patch)

    #expect(graph.nodes.map(\.name) == ["a", "b", "last", "c"])
    #expect(graph.value(named: "q") == q && graph.producer(of: q)?.name == "last")
    #expect(try node("c", graph).inputs == [q])
    // p is taken; v is free again, since its only reader went and it with that.
    let source = try #require(inner[0])
    let product = try #require(applied.values[source])
    #expect(graph[product].name == "p.1")
    #expect(initializerNames(graph) == ["u", "w", "v"])
    #expect(graph.initializers[try value("v", graph)]?.origin == nil)
    #expect(applied.nodes == graph.nodes.dropFirst().prefix(2).map(\.id))
    #expect(graph.revision == 1)
  }

  @Test func `a removed node takes its own initializers along, and leaves the others`() throws {
    var graph = try graph()
    let (x, q) = (try value("x", graph), try value("q", graph))
    var patch = GraphPatch()
    patch.remove(try node("a", graph).id)
    patch.remove(try node("b", graph).id)
    let new = patch.addNode(
      name: "new", type: Self.relu, attributes: [:], inputs: [.tap(x)], outputs: ["q"])
    patch.shunt(q, to: try #require(new[0]))
    try graph.apply(patch)
    #expect(graph.nodes.map(\.name) == ["new", "c"])
    #expect(initializerNames(graph) == ["u"], "u was dead before, the patch is not about it")
    #expect(graph.value(named: "p") == nil && graph.value(named: "w") == nil)
  }

  @Test func `a graph output survives when its producer is replaced`() throws {
    var graph = try graph()
    let y = try value("y", graph)
    var patch = GraphPatch()
    patch.remove(try node("c", graph).id)
    let new = patch.addNode(
      name: "d", type: OperatorType("Sigmoid"), attributes: [:],
      inputs: [.tap(try value("q", graph))], outputs: ["y"])
    patch.shunt(y, to: try #require(new[0]))
    try graph.apply(patch)
    #expect(graph.outputs.map(\.value) == [y] && graph[y].name == "y")
  }

  @Test func `names that are taken get numbers, those of nodes too`() throws {
    var graph = try graph()
    for _ in 0..<2 {
      var patch = GraphPatch()
      patch.addNode(
        name: "a", type: Self.relu, attributes: [:], inputs: [.tap(try value("x", graph))],
        outputs: ["p"])
      try graph.apply(patch)
    }
    #expect(graph.nodes.map(\.name) == ["a", "b", "c", "a.1", "a.2"])
    #expect(graph.value(named: "p.1") != nil && graph.value(named: "p.2") != nil)
  }

  @Test func `a replaced initializer keeps its origin and is marked as modified`() throws {
    var graph = try graph()
    let w = try value("w", graph)
    var patch = GraphPatch()
    patch.replaceInitializer(w, with: Tensor([5] as [Float], shape: [1]))
    try graph.apply(patch)
    let initializer = try #require(graph.initializers[w])
    #expect(initializer.tensor.floats == [5])
    #expect(initializer.origin == 7 && initializer.isModified)
  }

  @Test func `a patch that doesn't fit leaves the graph as it was`() throws {
    var graph = try graph()
    let before = TextForm(graph).description
    func fails(_ expected: PatchError, _ edit: (inout GraphPatch) throws -> Void) throws {
      var patch = GraphPatch()
      try edit(&patch)
      #expect(throws: expected) { try graph.apply(patch) }
      #expect(TextForm(graph).description == before && graph.revision == 0)
    }
    let (b, q) = (try node("b", graph).id, try value("q", graph))
    try fails(.invalid(.undefined(value: "q", usedBy: "c"))) { $0.remove(b) }
    try fails(.invalid(.defined(twice: "q"))) { patch in
      let new = patch.addNode(
        name: "n", type: Self.relu, attributes: [:], inputs: [.tap(try value("p", graph))],
        outputs: ["q"])
      patch.shunt(q, to: try #require(new[0]))
    }
    // A new node stands where b stood, before c which makes y.
    try fails(.invalid(.usedBeforeDefinition(value: "y", usedBy: "n"))) { patch in
      patch.remove(b)
      let new = patch.addNode(
        name: "n", type: Self.relu, attributes: [:], inputs: [.tap(try value("y", graph))],
        outputs: ["q"])
      patch.shunt(q, to: try #require(new[0]))
    }
    try fails(.replacesNoInitializer("x")) {
      $0.replaceInitializer(try value("x", graph), with: Tensor([1] as [Float], shape: [1]))
    }
    let gone = b
    var smaller = graph
    var patch = GraphPatch()
    patch.remove(gone)
    let new = patch.addNode(
      name: "n", type: Self.relu, attributes: [:], inputs: [.tap(try value("p", graph))],
      outputs: ["q"])
    patch.shunt(q, to: try #require(new[0]))
    try smaller.apply(patch)
    #expect(throws: PatchError.removesUnknownNode) { try smaller.apply(patch) }
  }
}
