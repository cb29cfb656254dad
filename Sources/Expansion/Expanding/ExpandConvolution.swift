import NetworkIR
import Rewriting

/// Expands convolutions by CL or CK, transposed ones by CL.
///
///     Conv(x, W, b)           →  Conv(… Conv(x, F₁, b₁) …, Fₗ, bₗ)
///     ConvTranspose(x, W, b)  →  Conv(ConvTranspose(Conv(x, F₁), F₂), F₃, b)
struct ExpandConvolution: ExpansionRule {
  let context: ExpansionContext

  func match(
    _ node: Node, in graph: Graph
  ) throws(MatchFailure<SkipReason>) -> PlannedUnit {
    guard node.type.isStandard else { throw .unrelated }
    guard node.type.name == "Conv" || node.type.name == "ConvTranspose" else { throw .unrelated }
    guard context.options.convolutions != .none else { throw .refused(.turnedOff) }
    try context.checkNames(of: node, in: graph)
    do throws(SkipReason) {
      let reader = WeightedNodeReader(
        graph, isExclusive: true, addends: .allowed, dimensions: context.dimensions)
      let weighted: WeightedNode
      switch node.operator {
      case .conv(let conv): weighted = try reader.read(conv: conv, node)
      case .convTranspose(let conv): weighted = try reader.read(convTranspose: conv, node)
      default: throw SkipReason.attributesUnreadable
      }
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
      let suitsCK =
        isSquare && extent > 3 && extent % 2 == 1 && geometry.group == 1
        && geometry.samePadding == nil && !geometry.isTransposed
      let preserves = context.options.initialisation == .preserve
      return (suitsCK && !preserves ? .ck : .cl, suitsCK && preserves)
    }
  }
}
