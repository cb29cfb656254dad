import NetworkIR
import Rewriting

/// Expands convolutions by CL or CK.
///
///     Conv(x, W, b)  →  Conv(… Conv(x, F₁, b₁) …, Fₗ, bₗ)
struct ExpandConvolution: ExpansionRule {
  let context: ExpansionContext

  func match(
    _ node: Node, in graph: Graph
  ) throws(MatchFailure<SkipReason>) -> PlannedUnit {
    guard node.type.isStandard else { throw .unrelated }
    if node.type.name == "ConvTranspose" { throw .refused(.isTransposedConvolution) }
    guard node.type.name == "Conv" else { throw .unrelated }
    guard context.options.convolutions != .none else { throw .refused(.turnedOff) }
    try context.checkNames(of: node, in: graph)
    guard case .conv(let conv) = node.operator else { throw .refused(.attributesUnreadable) }
    do {
      let reader = WeightedNodeReader(graph, isExclusive: true, dimensions: context.dimensions)
      let weighted = try reader.read(conv: conv, node)
      let (strategy, isInsteadOfCK) = strategy(for: weighted.geometry)
      return try context.plan(strategy, for: weighted, isInsteadOfCK: isInsteadOfCK)
    } catch {
      throw .refused(error)
    }
  }

  private func strategy(
    for geometry: KernelGeometry
  ) -> (strategy: ExpansionStrategy, isInsteadOfCK: Bool) {
    switch context.options.convolutions {
    case .ck: return (.ck, false)
    case .cl, .none: return (.cl, false)
    case .auto:
      let isSquare = Set(geometry.extents).count == 1
      let extent = geometry.extents.first ?? 1
      let suitsCK = isSquare && extent > 3 && extent % 2 == 1 && geometry.group == 1
      let preserves = context.options.initialisation == .preserve
      return (suitsCK && !preserves ? .ck : .cl, suitsCK && preserves)
    }
  }
}
