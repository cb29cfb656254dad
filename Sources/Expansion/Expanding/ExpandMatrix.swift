import NetworkIR
import Rewriting

/// Expands Gemm, and MatMul with or without the Add of a bias, by FC; never what makes the logits.
///
///     Gemm(x, W, b)  →  Gemm(… Gemm(x, F₁, b₁) …, Fₗ, bₗ)
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
      let reader = WeightedNodeReader(graph, isExclusive: true)
      var options = context.options
      let weighted: WeightedNode
      switch node.operator {
      case .gemm(let gemm): weighted = try reader.read(gemm: gemm, node)
      case .matMul:
        weighted = try reader.read(matMul: node)
        // A MatMul has a bias only where an Add follows it.
        if weighted.bias == nil { options.intermediateBias = .none }
      default: throw SkipReason.attributesUnreadable
      }
      if context.roles.reachingOutput.contains(node.id) { throw SkipReason.makesLogits }
      let unit = try context.plan(.fc, for: weighted, options: options)
      if case .gemm = node.operator, graph.opset < 11,
        unit.plan.factors.contains(where: { !$0.hasBias })
      {
        throw SkipReason.gemmNeedsBias(opset: graph.opset)
      }
      return unit
    } catch {
      throw .refused(error)
    }
  }
}
