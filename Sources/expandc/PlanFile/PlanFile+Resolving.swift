import Expansion
import NetworkIR

extension PlanFile {
  /// The entries with the nodes of `graph` that they are about.
  func resolved(in graph: Graph) throws(PlanFileError) -> ResolvedPlan {
    let nodes = Array(graph.nodes)
    var indices: [Name: [Int]] = [:]
    for (index, node) in nodes.enumerated() { indices[node.name, default: []].append(index) }
    var units: [Node.ID: UnitOptions] = [:]
    var resolved: [Int: Entry] = [:]
    for entry in entries {
      let index = try index(of: entry, nodes, indices)
      let type = nodes[index].type.description
      if let expected = entry.operator, expected != type {
        throw failure(entry, .operatorDiffers(found: type, expected: expected))
      }
      if let first = resolved.updateValue(entry, forKey: index) {
        throw failure(entry, .repeated(firstLine: first.line))
      }
      units[nodes[index].id] = entry.options
    }
    return ResolvedPlan(path: path, entries: resolved, units: units)
  }

  /// The node's place in the graph. A name that one node has is enough, and an index must agree
  /// with it; the index decides between several, and where there is no name.
  private func index(
    of entry: Entry, _ nodes: [Node], _ indices: [Name: [Int]]
  ) throws(PlanFileError) -> Int {
    if let name = entry.name, !name.isEmpty {
      guard let named = indices[Name(name)] else {
        throw failure(
          entry, .unknownNode(name, known: nodes.map(\.name).filter { !$0.isEmpty }))
      }
      if named.count == 1 {
        if let index = entry.index, index != named[0] {
          throw failure(entry, .indexDiffers(name, index: named[0], entry: index))
        }
        return named[0]
      }
      guard let index = entry.index, named.contains(index) else {
        throw failure(entry, .ambiguous(name, indices: named))
      }
      return index
    }
    guard let index = entry.index else { throw failure(entry, .namesNoNode) }
    guard nodes.indices.contains(index) else {
      throw failure(entry, .indexOutOfRange(index, nodeCount: nodes.count))
    }
    return index
  }

  private func failure(_ entry: Entry, _ problem: PlanFileError.Problem) -> PlanFileError {
    PlanFileError(path: path, line: entry.line, node: entry.name, problem: problem)
  }
}
