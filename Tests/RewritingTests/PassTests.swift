import NetworkIR
import OrderedCollections
import Rewriting
import TensorCore
import Testing

@Suite struct PassTests {
  /// x → Relu a → Relu b → Neg c → y.
  private func chain() throws -> Graph {
    var builder = GraphBuilder(name: "chain", opset: 17)
    builder.addInput("x", type: ValueType(.float, shape: [2]))
    builder.addNode(
      name: "a", type: OperatorType("Relu"), attributes: [:], inputs: ["x"], outputs: ["p"])
    builder.addNode(
      name: "b", type: OperatorType("Relu"), attributes: [:], inputs: ["p"], outputs: ["q"])
    builder.addNode(
      name: "c", type: OperatorType("Neg"), attributes: [:], inputs: ["q"], outputs: ["y"])
    builder.addOutput("y", type: ValueType(.float, shape: [2]))
    return try builder.build()
  }

  @Test func `a pass applies a rule, keeps names, and says why it skipped a node`() throws {
    var graph = try chain()
    let outcomes = try Pass(RemoveDoubledRelu()).run(on: &graph)
    #expect(graph.nodes.map(\.name) == ["a.once", "c"])
    #expect(graph.nodes.last?.inputs.map { $0.map { graph[$0].name } } == ["q"])
    #expect(outcomes.map(\.node.name) == ["a", "b"])
    if case .skipped(let reason) = outcomes[0].result {
      #expect(reason == .nothingBefore)
    } else {
      Issue.record("the first Relu has no Relu before it")
    }
    if case .skipped = outcomes[1].result { Issue.record("the second Relu is doubled") }
  }

  @Test func `a rule that breaks the graph is reported and leaves the graph alone`() throws {
    var graph = try chain()
    #expect(throws: PassError.self) { try Pass(DropNodes()).run(on: &graph) }
    #expect(graph.nodes.count == 3)
  }

  @Test func `a fixpoint pass sweeps until nothing changes, and gives up on what never ends`()
    throws
  {
    var graph = try chain()
    #expect(try FixpointPass(RemoveDoubledRelu()).run(on: &graph) == 1)
    #expect(graph.nodes.count == 2)
    #expect(throws: PassError.noFixpoint(sweeps: 4)) {
      try FixpointPass(ReplaceForever(), maximumSweeps: 4).run(on: &graph)
    }
    #expect(graph.nodes.map(\.name) == ["a.once", "c"])
  }
}

/// Relu(Relu(x)) → Relu(x).
private struct RemoveDoubledRelu: RewriteRule {
  enum Reason: Hashable { case nothingBefore }

  func match(
    _ node: Node, in graph: Graph
  ) throws(MatchFailure<Reason>) -> (outer: Node, inner: Node) {
    guard node.type.name == "Relu", let input = node.input(0) else { throw .unrelated }
    guard let inner = graph.producer(of: input), inner.type.name == "Relu",
      graph.consumers(of: input).count == 1
    else { throw .refused(.nothingBefore) }
    return (node, inner)
  }

  func patch(
    for match: (outer: Node, inner: Node), in graph: Graph
  ) throws(MatchFailure<Reason>) -> GraphPatch {
    var patch = GraphPatch()
    patch.remove(match.inner.id)
    patch.remove(match.outer.id)
    let outputs = patch.addNode(
      name: match.inner.name.appending(".once"), type: match.inner.type, attributes: [:],
      inputs: [match.inner.input(0).map(GraphPatch.Source.tap)], outputs: ["z"])
    if let old = match.outer.output(0), let new = outputs[0] { patch.shunt(old, to: new) }
    return patch
  }
}

/// Removes nodes whose outputs are still read.
private struct DropNodes: RewriteRule {
  func match(_ node: Node, in graph: Graph) throws(MatchFailure<Int>) -> Node { node }

  func patch(for match: Node, in graph: Graph) throws(MatchFailure<Int>) -> GraphPatch {
    var patch = GraphPatch()
    patch.remove(match.id)
    return patch
  }
}

/// Replaces Neg by itself, again and again.
private struct ReplaceForever: RewriteRule {
  func match(_ node: Node, in graph: Graph) throws(MatchFailure<Int>) -> Node {
    guard node.type.name == "Neg" else { throw .unrelated }
    return node
  }

  func patch(for match: Node, in graph: Graph) throws(MatchFailure<Int>) -> GraphPatch {
    var patch = GraphPatch()
    patch.remove(match.id)
    let outputs = patch.addNode(
      name: match.name, type: match.type, attributes: [:],
      inputs: match.inputs.map { $0.map(GraphPatch.Source.tap) }, outputs: ["again"])
    if let old = match.output(0), let new = outputs[0] { patch.shunt(old, to: new) }
    return patch
  }
}
