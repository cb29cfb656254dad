import Expansion
import NetworkIR

/// A unit of one model that stands for a node of the other, as one difference.
struct DiffUnit: Encodable {
  /// The value that both write.
  let at: String
  let first: String
  let second: String
  let nodes: [Int]
  /// Trainable elements in the first model and in the second.
  let parameters: [Int]

  /// The values that the nodes of both sides write, and the constants that they read.
  fileprivate(set) var values: Set<Name> = []

  private enum CodingKeys: CodingKey {
    case at, first, second, nodes, parameters
  }

  /// Nil where both models have a unit: its factors then compare like other nodes.
  init?(_ counterpart: UnitCounterpart, _ graphs: [Graph], _ counts: [[Node.ID: Int]]) {
    guard !counterpart.isUnitInBoth, let output = counterpart.unit.compactOutputs.last else {
      return nil
    }
    let nodes = [counterpart.nodes.first, counterpart.nodes.second]
    let compactSide = counterpart.side == .first ? 1 : 0
    let compact = nodes[compactSide].map { node in
      let node = graphs[compactSide][node]
      return node.name.isEmpty ? "\(node.type)" : "\(node.type) '\(node.name)'"
    }.joined(separator: ", ")
    at = output.description
    first = counterpart.side == .first ? counterpart.unit.notation : compact
    second = counterpart.side == .first ? compact : counterpart.unit.notation
    self.nodes = nodes.map(\.count)
    parameters = zip(nodes, counts).map { nodes, counts in
      nodes.reduce(0) { $0 + (counts[$1] ?? 0) }
    }
    for (graph, nodes) in zip(graphs, nodes) {
      for node in nodes.map({ graph[$0] }) {
        let constants = node.inputs.compactMap(\.self).filter {
          (try? graph.constant($0, assumingConstantInputs: true)) != nil
        }
        let touched = node.outputs.compactMap(\.self) + constants
        values.formUnion(touched.map { graph[$0].name })
      }
    }
  }

  static func all(_ first: Model, _ second: Model) -> [DiffUnit] {
    let counterparts = UnitCounterpart.all(first, second)
    guard !counterparts.isEmpty else { return [] }
    let graphs = [first.graph, second.graph]
    let counts = graphs.map { graph in
      Statistics(tolerating: graph).nodes.reduce(into: [:]) { $0[$1.node] = $1.parameters }
    }
    return counterparts.compactMap { DiffUnit($0, graphs, counts) }
  }

  var line: String {
    let sizes = "\(parameters[0].grouped) → \(parameters[1].grouped) parameters"
    let count = nodes.map { $0 == 1 ? "1 node" : "\($0) nodes" }.joined(separator: " → ")
    return "unit at '\(at)': \(first) → \(second); \(count); \(sizes)".printable
  }
}
