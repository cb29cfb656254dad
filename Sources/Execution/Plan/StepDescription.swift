package import Kernels
package import NetworkIR

/// What one step of a plan does, for listings.
package struct StepDescription: Sendable {
  /// The network's node that it stems from.
  package let node: Name
  /// The action that asked for it: `convolution`, `convolution.gradient.weights`.
  package let action: String
  /// What runs: a kind of primitive, or the name of a loop of ours.
  package let work: String
  /// The library's implementation; nil for a loop of ours.
  package let implementation: String?
  /// The layouts of the first tensor that is read and the first that is written.
  package let source, destination: ElementOrder
  /// Of all tensors that it reads and writes, scratch memory included.
  package let byteCount: Int

  package var isReorder: Bool { work == PrimitiveKind.reorder.rawValue }
}

extension ExecutionPlan {
  package func description(of step: PlannedStep) -> StepDescription {
    let node = computation.nodes[step.node]
    var implementation: String?
    var orders = (ElementOrder.rowMajor, ElementOrder.rowMajor)
    if case .primitive(let primitive, let arguments) = step.work {
      implementation = primitive.implementationName
      // Inputs come first.
      let layouts = arguments.map { primitive.layout(of: $0.0) }
      orders.0 = layouts.first??.order ?? orders.0
      orders.1 = layouts[step.reads.count...].first??.order ?? orders.1
    }
    return StepDescription(
      node: node.origin, action: node.action.name, work: step.name,
      implementation: implementation, source: orders.0, destination: orders.1,
      byteCount: (step.reads + step.writes).reduce(0) { $0 + buffers[$1.index].byteCount })
  }
}
