package import NetworkIR

/// One sweep of a rule over the nodes that a graph has at its start.
///
/// Nodes that a patch adds are left to the next sweep; nodes that one removed are passed over. The
/// graph is verified after every patch and at the end, in all builds.
package struct Pass<Rule: RewriteRule> {
  private let rule: Rule

  package init(_ rule: Rule) {
    self.rule = rule
  }

  /// What became of one node; nodes that the rule has nothing to do with have no outcome.
  package struct Outcome {
    /// The node as it was.
    package let node: Node
    package let result: Result
  }

  package enum Result {
    case applied(Rule.Match, AppliedPatch)
    case skipped(Rule.Reason)
  }

  /// Rewrites `graph`; it is left as it was where that throws.
  @discardableResult
  package func run(on graph: inout Graph) throws(PassError) -> [Outcome] {
    var edited = graph
    var outcomes: [Outcome] = []
    for id in graph.nodes.map(\.id) where edited.contains(id) {
      let node = edited[id]
      let match: Rule.Match
      let patch: GraphPatch
      do {
        match = try rule.match(node, in: edited)
        patch = try rule.patch(for: match, in: edited)
      } catch .refused(let reason) {
        outcomes.append(Outcome(node: node, result: .skipped(reason)))
        continue
      } catch {
        continue
      }
      do {
        let applied = try edited.apply(patch)
        outcomes.append(Outcome(node: node, result: .applied(match, applied)))
      } catch {
        throw .patch(error, node: node.name)
      }
    }
    do { try edited.verify() } catch { throw .verification(error) }
    graph = edited
    return outcomes
  }
}

extension Pass.Outcome: Sendable where Rule.Match: Sendable {}
extension Pass.Result: Sendable where Rule.Match: Sendable {}

/// A rule broke the graph: a defect of the rule, never of the file.
package enum PassError: Error, Hashable, Sendable {
  case patch(PatchError, node: Name)
  case verification(VerificationError)
  /// The rule still applied after so many sweeps.
  case noFixpoint(sweeps: Int)
}
