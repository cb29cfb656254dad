/// Why a rule does not apply to a node.
package enum MatchFailure<Reason: Hashable & Sendable>: Error, Hashable, Sendable {
  /// The node is none of the rule's business; nobody needs to hear of it.
  case unrelated
  /// The rule is about nodes like this one, but this one it leaves alone, for a reason.
  case refused(Reason)
}
