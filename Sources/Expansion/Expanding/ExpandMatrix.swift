import NetworkIR
import Rewriting

/// Expands Gemm, and MatMul with or without the Add of a bias, by FC; never what makes the logits.
///
///     Gemm(x, W, b)  →  Gemm(… Gemm(x, F₁, b₁) …, Fₗ, bₗ)
///
/// With A' = Aᵀ where transA asks for it, Y = alpha·A'·B' + beta·C and alpha·B' = F₁ᵀ…Fₗᵀ: the
/// first Gemm transposes A, all have B's orientation, alpha goes into the factors. A C of one
/// number per output is beta⁻¹ times the bias; any other C stays on the last Gemm, with its beta.
/// Before opset 11 Gemm must have a C, so a factor without a bias is a MatMul there.
struct ExpandMatrix: ExpansionRule {
  let context: ExpansionContext

  func match(
    _ node: Node, in graph: Graph
  ) throws(MatchFailure<SkipReason>) -> PlannedUnit {
    guard node.type.isStandard, node.type.name == "Gemm" || node.type.name == "MatMul" else {
      throw .unrelated
    }
    guard context.options.fullyConnectedFactors != 0 else { throw .refused(.turnedOff) }
    try context.checkNames(of: node, in: graph)
    do throws(SkipReason) {
      let reader = WeightedNodeReader(
        graph, isExclusive: true, addends: .allowed,
        assumingConstantInputs: context.options.assumesConstantInputs)
      let weighted: WeightedNode
      switch node.operator {
      case .gemm(let gemm): weighted = try reader.read(gemm: gemm, node)
      case .matMul: weighted = try reader.read(matMul: node)
      default: throw SkipReason.attributesUnreadable
      }
      if context.roles.reachingOutput.contains(node.id) { throw SkipReason.makesLogits }
      let unit = try context.plan(.fc, for: weighted)
      if case .gemm(let gemm) = node.operator, gemm.transA, graph.opset < 11,
        !unit.plan.factors[0].hasBias
      {
        throw SkipReason.gemmNeedsBias(opset: graph.opset)
      }
      return unit
    } catch {
      throw .refused(error)
    }
  }
}
