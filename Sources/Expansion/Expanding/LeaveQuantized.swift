import NetworkIR
import Rewriting

/// Leaves operators that multiply by quantized weights: factors of integers could not be trained.
struct LeaveQuantized: ExpansionRule {
  let context: ExpansionContext

  private static let names: Set<Name> = [
    "ConvInteger", "MatMulInteger", "QLinearConv", "QLinearMatMul",
  ]

  func match(
    _ node: Node, in graph: Graph
  ) throws(MatchFailure<SkipReason>) -> PlannedUnit {
    guard node.type.isStandard, Self.names.contains(node.type.name) else { throw .unrelated }
    throw .refused(.computesIntegers)
  }
}
