import Kernels
import NetworkIR
import TensorCore

extension Lowering {
  /// Outside training the data passes as it is.
  mutating func lower(_ dropout: Dropout, _ node: Node, _ index: Int) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    // `??` takes an autoclosure, which would lose the type of the error.
    let given = try number(node, 1)
    let ratio = dropout.ratio ?? given ?? 0.5
    guard ratio >= 0, ratio <= 1 else { throw unsupported(node, index, "of ratio \(ratio)") }
    guard mode == .training, ratio > 0 else {
      if mode == .inference, ratio > 0, let flag = try number(node, 2), flag != 0 {
        throw unsupported(node, index, "left in training mode by the exporter")
      }
      set(node.output(0), to: source)
      return setMask(of: node, to: constant([1], shape.map { _ in 1 }), shape)
    }
    let stream = computation.nodes.count { $0.action is DropoutAction }
    if stream == 0 {
      computation.add(NoiseStep(noise: noise), [], shapes: [], origin: node.name)
    }
    let outputs = computation.add(
      DropoutAction(
        ratio: ratio, noise: noise, stream: UInt64(stream),
        seed: dropout.seed.map { UInt64(truncatingIfNeeded: $0) }),
      [source], shapes: [shape, shape], origin: node.name)
    set(node.output(0), to: outputs[0])
    setMask(of: node, to: outputs[1], shape)
  }

  /// The mask, 1 where a factor is positive, if anybody reads it.
  private mutating func setMask(
    of node: Node, to factors: Computation.TensorID, _ shape: [Int]
  ) {
    guard let mask = node.output(1),
      !graph.consumers(of: mask).isEmpty || graph.outputs.contains(where: { $0.value == mask })
    else { return }
    var result = factors
    if computation.shape(factors) != shape {
      result =
        computation.add(
          StridedView(broadcasting: computation.shape(factors), to: shape), [factors],
          shapes: [shape], origin: node.name)[0]
    } else {
      result =
        computation.add(
          Pointwise(function: Sign()), [factors], shapes: [shape], origin: node.name)[0]
    }
    set(mask, to: result)
  }

  /// The one number that an optional input holds.
  private func number(_ node: Node, _ position: Int) throws(ExecutionError) -> Float? {
    guard let value = node.input(position) else { return nil }
    guard let floats = try constant(value, for: node.name).floats, floats.count == 1 else {
      throw .notConstant(value: graph[value].name, node: node.name)
    }
    return floats[0]
  }
}
