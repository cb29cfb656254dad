package import NetworkIR

/// A recorded unit as it stands in a graph: the nodes of its factors, and what they replaced.
package struct ExpandedUnit: Sendable, Hashable {
  package struct Factor: Sendable, Hashable {
    /// The node that holds the weight, then the Add of a bias where it is a node of its own, then
    /// the ReLU of a nonlinear unit.
    package let nodes: [Node.ID]
    package let geometry: KernelGeometry
  }

  /// The name of the compact node.
  package let compactNode: Name
  /// The values that the compact node wrote, and the Add of its bias where it had one.
  package let compactOutputs: [Name]
  /// The kernel that the compact node had.
  package let compactGeometry: KernelGeometry
  package let strategy: ExpansionStrategy
  /// True where a ReLU stands between the factors, so that no one kernel equals them.
  package let isNonlinear: Bool
  /// The channels along the unit, its inputs first and its outputs last.
  package let channels: [Int]
  /// In the order in which they are applied.
  package let factors: [Factor]

  package var nodes: [Node.ID] { factors.flatMap(\.nodes) }

  /// The unit in the notation of the tables: `CK 3→12→32→8`.
  package var notation: String { Optional(strategy).notation(channels) }
}

extension Provenance {
  /// The units whose factors are all where the record says, in the order in which they were made.
  ///
  /// Of a unit that has itself been expanded further only the newer one is given.
  package func expandedUnits(in graph: Graph) -> [ExpandedUnit] {
    var claimed: Set<Node.ID> = []
    var found: [ExpandedUnit] = []
    for record in units.reversed() {
      guard let unit = try? LocatedUnit(record, in: graph) else { continue }
      let nodes = unit.factorNodes.joined().map(\.id)
      guard claimed.isDisjoint(with: nodes) else { continue }
      claimed.formUnion(nodes)
      found.append(
        ExpandedUnit(
          compactNode: record.name,
          compactOutputs: record.nodes.flatMap { $0.outputs.compactMap { $0?.name } },
          compactGeometry: record.geometry, strategy: record.strategy,
          isNonlinear: record.isNonlinear,
          channels: record.channels,
          factors: zip(unit.factors, unit.factorNodes).map { factor, nodes in
            ExpandedUnit.Factor(nodes: nodes.map(\.id), geometry: factor.geometry)
          }))
    }
    return found.reversed()
  }
}
