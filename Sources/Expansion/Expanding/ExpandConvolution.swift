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
        graph, isExclusive: true, addends: .allowed,
        assumingConstantInputs: context.options.assumesConstantInputs,
        dimensions: context.dimensions)
      let weighted: WeightedNode
      switch node.operator {
      case .conv(let conv): weighted = try reader.read(conv: conv, node)
      case .convTranspose(let conv): weighted = try reader.read(convTranspose: conv, node)
      default: throw SkipReason.attributesUnreadable
      }
      return try plan(weighted)
    } catch {
      throw .refused(error)
    }
  }

  /// `auto` takes CL where CK suits the kernel, but is too narrow to keep its function.
  private func plan(_ node: WeightedNode) throws(SkipReason) -> PlannedUnit {
    switch context.options.convolutions {
    case .ck: return try context.plan(.ck, for: node)
    case .auto where suitsCK(node.geometry):
      var quick = context
      quick.searches = false
      do throws(SkipReason) { return try quick.plan(.ck, for: node) } catch {
        guard case .notExpandable(.preserveNeedsWidth(let narrow)) = error else { throw error }
        return try context.plan(.cl, for: node, insteadOf: narrow)
      }
    case .cl, .none, .auto: return try context.plan(.cl, for: node)
    }
  }

  private func suitsCK(_ geometry: KernelGeometry) -> Bool {
    let extent = geometry.extents.first ?? 1
    return Set(geometry.extents).count == 1 && extent > 3 && extent % 2 == 1
      && geometry.group == 1 && geometry.samePadding == nil && !geometry.isTransposed
  }
}
