import Kernels
import NetworkIR

extension Lowering {
  mutating func lower(
    _ normalization: BatchNormalization, _ node: Node, _ index: Int
  ) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    guard shape.count >= 2, shape.count <= 5 else {
      throw unsupported(node, index, "on a tensor of rank \(shape.count)")
    }
    let (scale, shift) = (try input(node, 1), try input(node, 2))
    let mean = try statistic(required(node, 3))
    let variance = try statistic(required(node, 4))
    guard mode == .training else {
      guard mode == .evaluation || !normalization.trainingMode else {
        throw unsupported(node, index, "left in training mode by the exporter")
      }
      return add(
        BatchNormalizationInference(epsilon: normalization.epsilon),
        [source, scale, shift, mean, variance], for: node, shape: shape)
    }
    try checkStatistics(node, index)
    let channels = [shape[1]]
    let outputs = computation.add(
      BatchNormalizationTraining(epsilon: normalization.epsilon), [source, scale, shift],
      shapes: [shape, channels, channels], origin: node.name)
    set(node.output(0), to: outputs[0])
    let count = shape.reduce(1, *) / max(shape[1], 1)
    computation.add(
      RunningStatisticsUpdate(
        momentum: normalization.momentum,
        correction: correctsRunningVariance ? RunningStatistics.unbiasedCorrection(count: count) : 1
      ),
      [outputs[1], outputs[2], mean, variance], shapes: [], origin: node.name)
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
