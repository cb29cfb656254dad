import NetworkIR
import Rewriting

/// One way to expand a kind of node: says what unit a node becomes, or why it stays.
protocol ExpansionRule {
  var context: ExpansionContext { get }

  /// Throws `unrelated` for nodes of another kind.
  func match(_ node: Node, in graph: Graph) throws(MatchFailure<SkipReason>) -> PlannedUnit
}

/// The rewrite of any node that some rule knows how to expand.
struct ExpansionRules: RewriteRule {
  private let context: ExpansionContext
  private let rules: [any ExpansionRule]

  init(_ context: ExpansionContext) {
    self.context = context
    rules = [ExpandConvolution(context: context), ExpandMatrix(context: context)]
  }

  func match(_ node: Node, in graph: Graph) throws(MatchFailure<SkipReason>) -> PlannedUnit {
    for rule in rules {
      do { return try rule.match(node, in: graph) } catch {
        guard error == .unrelated else { throw error }
      }
    }
    throw .unrelated
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
