import Kernels
import NetworkIR

extension Lowering {
  mutating func lower(
    _ softmax: Softmax, _ node: Node, _ index: Int
  ) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    guard let lines = softmax.lines(of: shape) else {
      throw unsupported(node, index, "of axis \(softmax.axis)")
    }
    let rows = reshaped(source, lines, node)
    let result = softmax.isLogarithm ? logarithm(rows, node) : self.softmax(rows, node)
    add(Reshaping(), [result], for: node, shape: shape)
  }

  private mutating func softmax(
    _ rows: Computation.TensorID, _ node: Node
  ) -> Computation.TensorID {
    computation.add(
      SoftmaxAction(), [rows], shapes: [computation.shape(rows)], origin: node.name)[0]
  }

  /// The logarithm of the softmax along axis 1 of [outer, count, inner].
  private mutating func logarithm(
    _ rows: Computation.TensorID, _ node: Node
  ) -> Computation.TensorID {
    computation.add(
      LogSoftmaxAction(), [rows], shapes: [computation.shape(rows)], origin: node.name)[0]
  }

  /// −Σ w·log p over the labels; the softmax's logarithm comes first where scores are given.
  mutating func lower(
    _ loss: ClassificationLoss, _ node: Node, _ index: Int
  ) throws(ExecutionError) {
    let scores = try input(node, 0)
    let shape = computation.shape(scores)
    let labels = try input(node, 1)
    let expected = [shape[0]] + shape.dropFirst(2)
    guard computation.shape(labels) == expected else {
      throw unsupported(node, index, "with labels of shape \(computation.shape(labels))")
    }
    var logarithms = reshaped(
      scores, [shape[0], shape[1], expected.dropFirst().reduce(1, *)], node)
    if loss.kind == .softmaxCrossEntropy {
      logarithms = logarithm(logarithms, node)
      set(node.output(1), to: reshaped(logarithms, shape, node))
    }
    var inputs = [logarithms, labels]
    if let weights = node.input(2) {
      inputs.append(try tensor(weights))
      guard computation.shape(inputs[2]) == [shape[1]] else {
        throw unsupported(node, index, "with weights of shape \(computation.shape(inputs[2]))")
      }
    }
    let reduction: LossReduction =
      switch loss.reduction {
      case .none: .none
      case .sum: .sum
      case .mean: .mean
      }
    add(
      NegativeLogLikelihoodLoss(reduction: reduction, ignored: loss.ignoredLabel), inputs,
      for: node, shape: reduction == .none ? expected : [])
  }
}
