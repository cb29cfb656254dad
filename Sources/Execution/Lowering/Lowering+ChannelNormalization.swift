import Kernels
import NetworkIR

extension Lowering {
  /// Each channel of each image by its own statistics: as one image with N·C channels, whose scales
  /// and shifts repeat.
  mutating func lower(
    _ normalization: InstanceNormalization, _ node: Node
  ) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let channels = shape[0] * shape[1]
    var inputs = [reshaped(source, [1, channels, shape[2...].reduce(1, *)], node)]
    for position in 1...2 {
      let vector = try input(node, position)
      let repeated = computation.add(
        StridedView(broadcasting: computation.shape(vector), to: [shape[0], shape[1]]), [vector],
        shapes: [[shape[0], shape[1]]], origin: node.name)[0]
      inputs.append(reshaped(repeated, [channels], node))
    }
    let outputs = computation.add(
      BatchNormalizationTraining(epsilon: normalization.epsilon), inputs,
      shapes: [computation.shape(inputs[0]), [channels], [channels]], origin: node.name)
    add(Reshaping(), [outputs[0]], for: node, shape: shape)
  }

  mutating func lower(
    _ normalization: LocalResponseNormalization, _ node: Node
  ) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let outputs = computation.add(
      LocalResponseAction(
        size: normalization.size, alpha: normalization.alpha, beta: normalization.beta,
        bias: normalization.bias),
      [source], shapes: [shape, shape], origin: node.name)
    set(node.output(0), to: outputs[0])
  }
}
