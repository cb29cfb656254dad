package import NetworkIR

/// One rewrite of a graph, in two steps: see whether it applies, then say how.
///
/// `match` looks at the graph and never changes it; `patch` may be costly and is called once, right
/// before its patch is applied. Both may refuse, with a reason that a user can act on.
package protocol RewriteRule {
  /// What `match` found, and `patch` needs.
  associatedtype Match
  associatedtype Reason: Hashable & Sendable

  func match(_ node: Node, in graph: Graph) throws(MatchFailure<Reason>) -> Match
  func patch(for match: Match, in graph: Graph) throws(MatchFailure<Reason>) -> GraphPatch
}
