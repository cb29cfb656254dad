import Expansion
import NetworkIR

/// A unit of one of two models, and the nodes that the other has in its place.
struct UnitCounterpart {
  let side: DiffOperand
  let unit: ExpandedUnit
  /// In the other model, in the graph's order: the compact node, with the Add of its bias where it
  /// has one, or the factors of that model's own unit.
  let others: [Node.ID]
  /// True where both models have a unit there.
  let isUnitInBoth: Bool

  /// The nodes in the first model, and those in the second.
  var nodes: (first: [Node.ID], second: [Node.ID]) {
    side == .first ? (unit.nodes, others) : (others, unit.nodes)
  }

  /// The units of both models for which the other has something, by the names of the values that
  /// the compact nodes wrote; those of the second model first.
  static func all(_ first: Model, _ second: Model) -> [UnitCounterpart] {
    let units = [first, second].map {
      (try? Provenance(of: $0))?.expandedUnits(in: $0.graph) ?? []
    }
    var found: [UnitCounterpart] = []
    var taken: [Set<Node.ID>] = [[], []]
    for (side, other, graph) in [(1, 0, first.graph), (0, 1, second.graph)] {
      let writers = graph.writers
      for unit in units[side] where taken[side].isDisjoint(with: unit.nodes) {
        let counterpart = units[other].first {
          $0.compactOutputs.last == unit.compactOutputs.last
        }
        let others =
          counterpart?.nodes
          ?? Set(unit.compactOutputs.compactMap { writers[$0] })
          .sorted { $0.index < $1.index }
        guard !others.isEmpty, taken[other].isDisjoint(with: others) else { continue }
        taken[side].formUnion(unit.nodes)
        taken[other].formUnion(others)
        found.append(
          UnitCounterpart(
            side: side == 0 ? .first : .second, unit: unit, others: others,
            isUnitInBoth: counterpart != nil))
      }
    }
    return found
  }
}

extension Graph {
  /// The nodes by the names of the values that they write.
  fileprivate var writers: [Name: Node.ID] {
    nodes.reduce(into: [:]) { writers, node in
      for output in node.outputs.compactMap(\.self) { writers[self[output].name] = node.id }
    }
  }
}
