package import NetworkIR

/// Sweeps of a rule until it applies nowhere.
package struct FixpointPass<Rule: RewriteRule> {
  private let pass: Pass<Rule>
  private let maximumSweeps: Int

  /// - Parameter maximumSweeps: how often to sweep before the rule counts as one that never ends.
  package init(_ rule: Rule, maximumSweeps: Int = 1000) {
    pass = Pass(rule)
    self.maximumSweeps = maximumSweeps
  }

  /// Rewrites `graph` and returns how often the rule applied; the graph is left as it was where
  /// that throws.
  @discardableResult
  package func run(on graph: inout Graph) throws(PassError) -> Int {
    var edited = graph
    var applied = 0
    for _ in 0..<maximumSweeps {
      let now = try pass.run(on: &edited).count { outcome in
        if case .applied = outcome.result { true } else { false }
      }
      applied += now
      guard now > 0 else {
        graph = edited
        return applied
      }
    }
    throw .noFixpoint(sweeps: maximumSweeps)
  }
}
