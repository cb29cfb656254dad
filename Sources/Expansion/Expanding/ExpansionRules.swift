import NetworkIR
import Rewriting

/// What becomes of a kind of node: says which unit, or why it stays.
protocol ExpansionRule {
  var context: ExpansionContext { get }

  /// Throws `unrelated` for nodes of another kind.
  func match(_ node: Node, in graph: Graph) throws(MatchFailure<SkipReason>) -> PlannedUnit
}

/// The rewrite of any node that some rule knows how to expand.
struct ExpansionRules: RewriteRule {
  private let context: ExpansionContext

  init(_ context: ExpansionContext) {
    self.context = context
  }

  private static func rules(_ context: ExpansionContext) -> [any ExpansionRule] {
    [
      ExpandConvolution(context: context), ExpandMatrix(context: context),
      LeaveQuantized(context: context),
    ]
  }

  func match(_ node: Node, in graph: Graph) throws(MatchFailure<SkipReason>) -> PlannedUnit {
    for rule in Self.rules(context.narrowed(to: node.id)) {
      do { return try rule.match(node, in: graph) } catch {
        switch error {
        case .unrelated: continue
        case .refused(.turnedOff) where context.options.units != nil:
          throw .refused(leftAlone(node))
        case .refused: throw error
        }
      }
    }
    throw .unrelated
  }

  /// Why a node is turned off where each node has options of its own.
  private func leftAlone(_ node: Node) -> SkipReason {
    context.options.request(for: node.id).map { .strategyUnsuitable($0) } ?? .leftByPlan
  }

  func patch(
    for unit: PlannedUnit, in graph: Graph
  ) throws(MatchFailure<SkipReason>) -> GraphPatch {
    do {
      let factors = try context.factors(of: unit)
      var writer = FactorWriter(unit, graph, writesMetadata: context.writesNodeMetadata)
      return try writer.patch(factors)
    } catch {
      throw .refused(error)
    }
  }
}
