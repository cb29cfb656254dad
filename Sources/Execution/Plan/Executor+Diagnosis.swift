import Kernels
package import NetworkIR

/// The output of a network's node that holds NaN or infinity.
package struct NotFiniteOutput: Hashable, Sendable {
  /// The network's node; empty where it has no name.
  package let node: Name
  /// What was computed: `convolution`, `elementwise`.
  package let action: String
}

extension Executor {
  /// Runs forward anew on the same inputs, up to the loss, and looks at what each node wrote; nil
  /// where all of it is finite.
  ///
  /// Running statistics move once more. Costs a pass over memory for each node, which is fine for
  /// a run that has failed already. Only tensors are looked at: workspaces and scratchpads may hold
  /// any bits.
  func firstNotFinite() throws(ExecutionError) -> NotFiniteOutput? {
    try prepare()
    var written: [Buffer.ID] = []
    for (index, step) in plan.steps.enumerated() {
      let node = plan.computation.nodes[step.node]
      if !node.isForward || node.action is CrossEntropyLoss { return nil }
      try run(stepAt: index)
      written += step.writtenTensors
      // What several steps write is whole after the last of them.
      let isLast = index + 1 == plan.steps.count || plan.steps[index + 1].node != step.node
      guard isLast else { continue }
      if !written.allSatisfy({ elements($0).allSatisfy(\.isFinite) }) {
        return NotFiniteOutput(node: node.origin, action: node.action.name)
      }
      written = []
    }
    return nil
  }
}

extension PlannedStep {
  /// The buffers that it writes elements of a tensor to.
  fileprivate var writtenTensors: [Buffer.ID] {
    guard case .primitive(_, let arguments) = work else { return writes }
    let bits = arguments.filter { $0.0 == .workspace || $0.0 == .scratchpad }.map(\.1)
    return writes.filter { !bits.contains($0) }
  }
}
