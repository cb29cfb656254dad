import NetworkIR
import TensorCore

/// Whether other nodes, or a caller, use the same parameter.
enum SharedConstant {
  /// Throws where something else reads `value`, or what it is computed from: nodes that turn or
  /// scale a tied weight for their own use read one parameter still.
  ///
  /// What an `Identity` hands on is a parameter of its own. Helpers of the computation (shapes,
  /// scales, fillers), which have fewer elements than `tensor`, may be shared.
  static func check(
    _ value: Value.ID, _ tensor: Tensor, readBy reader: Node.ID, as role: ParameterRole,
    in graph: Graph
  ) throws(SkipReason) {
    var pending = [value]
    var path: Set = [reader]
    while let next = pending.popLast() {
      let producer = graph.producer(of: next)
      let isHanded = if case .identity? = producer?.operator { true } else { false }
      if next == value || isParameter(next, like: tensor, in: graph) {
        if graph.isOutput(next) { throw .isGraphOutput(role, graph[next].name) }
        let others = graph.consumers(of: next).filter { user in
          if case .identity = graph[user].operator { false } else { !path.contains(user) }
        }
        guard others.isEmpty else {
          throw .shared(role, graph[next].name, with: others.map { graph[$0].name })
        }
      }
      guard let producer, !isHanded, path.insert(producer.id).inserted else { continue }
      pending += producer.inputs.compactMap(\.self)
    }
  }

  private static func isParameter(
    _ value: Value.ID, like tensor: Tensor, in graph: Graph
  ) -> Bool {
    guard graph.isOutput(value) || graph.consumers(of: value).count > 1,
      let other = try? graph.constant(value, assumingConstantInputs: true).tensor
    else { return false }
    return FloatingRounding(other.elementType) != nil && other.elementCount == tensor.elementCount
  }
}
