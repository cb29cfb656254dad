import Kernels
import NetworkIR

extension Lowering {
  /// In inference the statistics are what the file says: the batch's where it was left in training
  /// mode.
  mutating func lower(
    _ normalization: BatchNormalization, _ node: Node, _ index: Int
  ) throws(ExecutionError) {
    let (source, vectors) = try normalized(normalization, node, index)
    let shape = computation.shape(source)
    guard mode == .training || mode == .inference && normalization.trainingMode else {
      let result = computation.add(
        BatchNormalizationInference(epsilon: normalization.epsilon), [source] + vectors,
        shapes: [shape], origin: node.name)
      return try setReshaped(result[0], node, index)
    }
    if mode == .training { try checkStatistics(node, index) }
    let channels = [shape[1]]
    let outputs = computation.add(
      BatchNormalizationTraining(epsilon: normalization.epsilon), [source] + vectors[..<2],
      shapes: [shape, channels, channels], origin: node.name)
    try setReshaped(outputs[0], node, index)
    if mode == .inference {
      return try setStatistics(
        of: node, from: Array(outputs[1...]), vectors, momentum: normalization.momentum)
    }
    let count = shape.reduce(1, *) / max(shape[1], 1)
    computation.add(
      RunningStatisticsUpdate(
        momentum: normalization.momentum,
        correction: correctsRunningVariance ? RunningStatistics.unbiasedCorrection(count: count) : 1
      ),
      Array(outputs[1...] + vectors[2...]), shapes: [], origin: node.name)
  }

  /// The input [N, C, …], and scale, shift, mean and variance [C]; where each place of a channel has
  /// its own, each counts as a channel.
  private mutating func normalized(
    _ normalization: BatchNormalization, _ node: Node, _ index: Int
  ) throws(ExecutionError) -> (source: Computation.TensorID, vectors: [Computation.TensorID]) {
    var source = try input(node, 0)
    let shape = computation.shape(source)
    guard shape.count >= 2, shape.count <= 5 || !normalization.isSpatial else {
      throw unsupported(node, index, "on a tensor of rank \(shape.count)")
    }
    var vectors = [try input(node, 1), try input(node, 2)]
    for position in 3...4 { vectors.append(try statistic(required(node, position))) }
    guard !normalization.isSpatial, shape.count > 2 else { return (source, vectors) }
    let places = shape.dropFirst().reduce(1, *)
    source = reshaped(source, [shape[0], places], node)
    return (source, vectors.map { reshaped($0, [places], node) })
  }

  /// Sets the outputs after the first that anybody reads to the running statistics after the run:
  /// momentum·running + (1 − momentum)·batch, of the biased variance.
  private mutating func setStatistics(
    of node: Node, from batch: [Computation.TensorID], _ vectors: [Computation.TensorID],
    momentum: Float
  ) throws(ExecutionError) {
    for (position, (batch, running)) in zip(batch, vectors[2...]).enumerated() {
      guard let output = node.output(position + 1) else { continue }
      let moved = try arithmetic(
        .add, scaled(running, by: momentum, node), scaled(batch, by: 1 - momentum, node), node)
      set(output, to: reshaped(moved, try shape(output), node))
    }
  }

  /// Throws where training would write running statistics that something else reads: a file may
  /// store equal tensors once, a running mean and a shift of zeros among them.
  private func checkStatistics(_ node: Node, _ index: Int) throws(ExecutionError) {
    for case let value? in [node.input(3), node.input(4)] {
      for user in graph.consumers(of: value).map({ graph[$0] }) {
        var isStatistic = false
        if case .batchNormalization = user.operator {
          isStatistic = !user.inputs.prefix(3).contains(value)
        }
        guard isStatistic else {
          throw unsupported(node, index, "whose running statistics are used by '\(user.name)' too")
        }
      }
    }
  }
}
