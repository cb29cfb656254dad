import Kernels

/// An action whose primitive can end in a ReLU.
protocol Rectifiable: Action {
  /// The same action with its first output rectified; nil where it is already, or can't be.
  func rectified(in mode: RunMode) -> (any Action)?
  /// Whether the rectified action has one more output, of the shape of the first: what was above 0.
  var leavesMask: Bool { get }
}

extension Rectifiable {
  var leavesMask: Bool { false }
}

extension Computation {
  /// Lets actions rectify what they compute, where a ReLU is all that reads it:
  ///
  ///     y = f(x), z = max(y, 0)   →   z = max(f(x), 0)
  ///
  /// Spares a pass over y, in training another over its gradient, and y's memory. Runs before
  /// differentiation.
  mutating func joinRectifiers(in mode: RunMode) {
    var producers: [TensorID: Int] = [:]
    for (index, node) in nodes.enumerated() {
      if let output = node.outputs.first { producers[output] = index }
    }
    let uses = useCounts()
    var isJoined = Array(repeating: false, count: nodes.count)
    for (index, node) in nodes.enumerated() {
      guard let elementwise = node.action as? Elementwise, elementwise.function == .relu(slope: 0),
        let producer = producers[node.inputs[0]], uses[node.inputs[0]] == 1,
        let action = nodes[producer].action as? any Rectifiable,
        let rectified = action.rectified(in: mode)
      else { continue }
      let old = nodes[producer]
      var outputs = [node.outputs[0]] + old.outputs.dropFirst()
      if action.leavesMask {
        outputs.append(addTensor(shape(outputs[0]), .computed, name: node.origin))
      }
      nodes[producer] = Node(
        action: rectified, inputs: old.inputs, outputs: outputs, origin: old.origin,
        isForward: old.isForward)
      isJoined[index] = true
    }
    nodes = zip(nodes, isJoined).compactMap { $1 ? nil : $0 }
  }

  /// How many nodes read each tensor; being an output counts as one.
  private func useCounts() -> [TensorID: Int] {
    var counts: [TensorID: Int] = [:]
    for id in nodes.flatMap(\.inputs) + outputs { counts[id, default: 0] += 1 }
    return counts
  }
}

extension BatchNormalizationTraining: Rectifiable {
  func rectified(in mode: RunMode) -> (any Action)? {
    isRectified ? nil : BatchNormalizationTraining(epsilon: epsilon, isRectified: true)
  }

  var leavesMask: Bool { true }
}

extension BatchNormalizationInference: Rectifiable {
  func rectified(in mode: RunMode) -> (any Action)? {
    isRectified ? nil : BatchNormalizationInference(epsilon: epsilon, isRectified: true)
  }
}
