package import Expansion
package import NetworkIR

/// How a stretch of linear nodes is trained, and what either way costs.
package struct UnitChoice: Sendable {
  package enum Decision: String, Sendable {
    case online, materialized
  }

  /// The network's nodes, first to last.
  package let factors: [Name]
  package let decision: Decision
  /// Multiply-accumulates of one step, forward and backward, whose batch the plan is for.
  package let materialized: Double
  /// As `materialized`, with the composition and its gradient, in the order with the fewest
  /// multiplications; nil where the nodes do not compose.
  package let online: Double?
  /// Why they do not compose; nil where they do.
  package let obstacle: CompositionFailure?
}
