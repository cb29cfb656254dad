import Kernels
import NetworkIR

extension Computation {
  /// Appends the gradients of a scalar loss by every parameter that it depends on.
  ///
  /// Reverse mode: nodes in reverse order, contributions of several uses summed. A tensor that no
  /// parameter feeds gets no gradient, so the data gradient of the stem is never computed.
  ///
  /// - Parameter seed: the gradient of the loss by `output`.
  /// - Throws: `noTrainableParameters` where the loss depends on none.
  mutating func differentiate(from output: TensorID, seed: TensorID) throws(ExecutionError) {
    let isWanted = dependsOnParameters()
    var contributions: [TensorID: [TensorID]] = [output: [seed]]
    for index in nodes.indices.reversed() {
      let node = nodes[index]
      guard node.isForward else { continue }
      let wanted = node.inputs.enumerated().map { position, input in
        isWanted[input.index] && node.action.isDifferentiable(input: position)
      }
      guard wanted.contains(true) else { continue }
      let gradients = node.outputs.map { total(of: $0, in: &contributions, origin: node.origin) }
      guard gradients.contains(where: { $0 != nil }) else { continue }
      let results = try node.action.differentiate(
        node, at: index, gradients: gradients, wanted: wanted, in: &self)
      for (position, input) in node.inputs.enumerated() where wanted[position] {
        if let result = results[position] { contributions[input, default: []].append(result) }
      }
    }
    for index in tensors.indices {
      let id = TensorID(index: index)
      guard case .parameter(let value) = self[id].role,
        let gradient = total(of: id, in: &contributions, origin: self[id].name)
      else { continue }
      self.gradients.append((value, gradient))
    }
    guard !self.gradients.isEmpty else { throw .noTrainableParameters }
  }

  /// Which tensors a parameter feeds.
  func dependsOnParameters() -> [Bool] {
    var depends = tensors.map { if case .parameter = $0.role { true } else { false } }
    for node in nodes {
      let reached = node.inputs.enumerated().contains { position, input in
        depends[input.index] && node.action.isDifferentiable(input: position)
      }
      if reached { for output in node.outputs { depends[output.index] = true } }
    }
    return depends
  }

  private mutating func total(
    of id: TensorID, in contributions: inout [TensorID: [TensorID]], origin: Name
  ) -> TensorID? {
    guard let parts = contributions[id] else { return nil }
    if parts.count == 1 { return parts[0] }
    // Pairwise: oneDNN's sum of many falls back to its reference code on padded channels.
    let sum = parts.dropFirst().reduce(parts[0]) { sum, part in
      add(
        Arithmetic(function: .add), [sum, part], shapes: [shape(id)], origin: origin,
        isForward: false)[0]
    }
    contributions[id] = [sum]
    return sum
  }
}
