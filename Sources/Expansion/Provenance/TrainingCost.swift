package import NetworkIR

/// Multiply-accumulates by weights of one training step, materialized and online.
///
/// A node with weights that makes F multiply-accumulates forward makes F for the gradient of its
/// weights, and F for the gradient of its input where something trainable comes before it. With M
/// that factor, 2 or 3, and per image:
///
///     materialized = Σ M·F                       over all nodes, each factor a node of its own
///     online       = Σ M·F + Σ M·C               over nodes in no unit, and over units
///     C            = weights of the compact kernel × places that it is applied at
///
/// and per step, whatever the batch, for a unit whose composition takes A multiply-accumulates in
/// its cheapest order:
///
///     compositionPerStep = Σ 3·A                 once forward, once for each of a product's two
///                                                gradients
///
/// So a step on N images takes N·online + compositionPerStep. Biases, normalization and
/// activations are not counted, as under the convention `weights`.
package struct TrainingCost: Sendable, Hashable {
  /// Per image; nil where an extent is unknown or the number overflows.
  package let materialized: Int?
  /// Per image; equal to `materialized` where there are no units.
  package let online: Int?
  /// Per step; nil where the factors do not compose or the number overflows.
  package let compositionPerStep: Int?

  /// Nonlinear units have no compact kernel, and are counted as the nodes that they are.
  package init(_ graph: Graph, _ statistics: Statistics, units: [ExpandedUnit]) {
    let units = units.filter { !$0.isNonlinear }
    let isTrainedBefore = Self.nodesAfterParameters(graph)
    var forward: [Node.ID: Int] = [:]
    for entry in statistics.nodes { forward[entry.node] = entry.macs.weights }
    func cost(_ macs: Int?, at node: Node.ID) -> Int? {
      product(macs, isTrainedBefore.contains(node) ? 3 : 2)
    }
    let inUnits = Set(units.flatMap(\.nodes))
    var materialized: Int? = 0
    var online: Int? = 0
    for node in graph.nodes {
      let own = cost(forward[node.id], at: node.id)
      materialized = sum(materialized, own)
      if !inUnits.contains(node.id) { online = sum(online, own) }
    }
    var composition: Int? = 0
    for unit in units {
      guard let first = unit.factors.first?.nodes.first else { continue }
      let places = Self.places(unit, forward)
      online = sum(online, cost(product(places, unit.compactGeometry.weightCount), at: first))
      let compose = CompositionCost.multiplyAccumulates(of: unit.factors.map(\.geometry))
      composition = sum(composition, product(compose, 3))
    }
    self.materialized = materialized
    self.online = online
    compositionPerStep = composition
  }

  /// Where the compact kernel is applied: at each place of the output, or of the input where it is
  /// transposed, which the first factor, 1×1, keeps.
  private static func places(_ unit: ExpandedUnit, _ forward: [Node.ID: Int]) -> Int? {
    let factor = unit.compactGeometry.isTransposed ? unit.factors.first : unit.factors.last
    guard let factor, let node = factor.nodes.first, let macs = forward[node] else { return nil }
    return macs / max(1, factor.geometry.weightCount)
  }

  /// The nodes that read something which depends on a parameter.
  private static func nodesAfterParameters(_ graph: Graph) -> Set<Node.ID> {
    var depends = [Bool](repeating: false, count: graph.valueCount)
    var after: Set<Node.ID> = []
    for node in graph.nodes {
      let isAfter = node.inputs.compactMap(\.self).contains { depends[$0.index] }
      if isAfter { after.insert(node.id) }
      let isTrained = isAfter || !graph.parameters(of: node).isEmpty
      for output in node.outputs.compactMap(\.self) { depends[output.index] = isTrained }
    }
    return after
  }
}

private func product(_ a: Int?, _ b: Int) -> Int? {
  guard let (result, overflow) = a?.multipliedReportingOverflow(by: b) else { return nil }
  return overflow ? nil : result
}

private func sum(_ a: Int?, _ b: Int?) -> Int? {
  guard let a, let b else { return nil }
  let (result, overflow) = a.addingReportingOverflow(b)
  return overflow ? nil : result
}
