import Kernels
package import NetworkIR

/// The output of a network's node, or a gradient on the way back through it, that holds NaN or
/// infinity.
package struct NotFiniteOutput: Hashable, Sendable {
  /// The network's node; empty where it has no name.
  package let node: Name
  /// What was computed: `convolution`, `convolution.gradient.weights`.
  package let action: String
  /// Whether it is a gradient: the network's own outputs are all finite then.
  package let isGradient: Bool
}

extension Executor {
  /// Runs anew on the same inputs and looks at what each node wrote, but for the loss; nil where all
  /// of it is finite.
  ///
  /// Running statistics move once more. Costs a pass over memory for each node, which is fine for
  /// a run that has failed already. Only tensors are looked at: workspaces and scratchpads may hold
  /// any bits.
  func firstNotFinite() throws(ExecutionError) -> NotFiniteOutput? {
    try prepare()
    var written: [Buffer.ID] = []
    for (index, step) in plan.steps.enumerated() {
      let node = plan.computation.nodes[step.node]
      try run(stepAt: index)
      written += step.writtenTensors
      // What several steps write is whole after the last of them.
      let isLast = index + 1 == plan.steps.count || plan.steps[index + 1].node != step.node
      guard isLast else { continue }
      defer { written = [] }
      // The bits of Doubles are no Floats.
      if node.action is CrossEntropyLoss { continue }
      if !written.allSatisfy({ elements($0).isFinite }) {
        return NotFiniteOutput(
          node: node.origin, action: node.action.name, isGradient: !node.isForward)
      }
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
