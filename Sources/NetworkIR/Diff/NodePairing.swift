/// Which node of one graph is which of another: those that make a value of the same name.
struct NodePairing {
  struct Pair {
    let first: Node
    let second: Node
    /// The first output that both make.
    let output: Name
  }

  let graphs: (first: Graph, second: Graph)
  private(set) var pairs: [Pair] = []
  private(set) var onlyInFirst: [Node] = []
  private(set) var onlyInSecond: [Node] = []

  init(_ a: DiffSide, _ b: DiffSide) {
    graphs = (a.graph, b.graph)
    var makers: [Name: Node] = [:]
    for node in b.nodes {
      for name in Self.keys(of: node, in: b.graph) { makers[name] = node }
    }
    var matched: Set<Node.ID> = []
    for node in a.nodes {
      guard let key = Self.keys(of: node, in: a.graph).first(where: { makers[$0] != nil }),
        let other = makers[key], matched.insert(other.id).inserted
      else {
        onlyInFirst.append(node)
        continue
      }
      pairs.append(Pair(first: node, second: other, output: key))
    }
    onlyInSecond = b.nodes.filter { !matched.contains($0.id) }
  }

  /// The names of the outputs; of a node without any, its own.
  static func keys(of node: Node, in graph: Graph) -> [Name] {
    let outputs = node.outputs.compactMap { $0.map { graph[$0].name } }
    return outputs.isEmpty ? [node.name] : outputs
  }
}
