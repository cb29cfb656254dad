import Kernels

/// The negative log-likelihood of labels, reduced or not.
///
/// Inputs: log-probabilities [N, C, d…]; labels [N, d…], numbers in Floats; the weights [C] of
/// classes, where they differ. Output: one element, or as many as there are labels.
struct NegativeLogLikelihoodLoss: Action {
  let reduction: LossReduction
  let ignored: Int?

  var name: String { "negativeLogLikelihood" }

  func isDifferentiable(input: Int) -> Bool { input == 0 }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let kernel = NegativeLogLikelihood(
      reduction: reduction, ignored: ignored, shape: planner.shape(node.inputs[0]))
    let isWeighted = node.inputs.count > 2
    planner.emit(
      native: name, reads: try planner.readPlain(node.inputs),
      writes: [try planner.writePlain(node.outputs[0])]
    ) { pointers in
      kernel.forward(
        logarithms: pointers.floats(0), labels: pointers.floats(1),
        weights: isWeighted ? UnsafePointer(pointers.floats(2)) : nil,
        loss: pointers.floats(isWeighted ? 3 : 2))
    }
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    let inputs = [gradients[0]!] + node.inputs.dropFirst()
    let gradient = computation.add(
      NegativeLogLikelihoodGradient(reduction: reduction, ignored: ignored), inputs,
      shapes: [computation.shape(node.inputs[0])], origin: node.origin, isForward: false)[0]
    return [gradient] + node.inputs.dropFirst().map { _ in nil }
  }
}

/// Inputs: the gradient of the loss, labels and weights.
struct NegativeLogLikelihoodGradient: Action {
  let reduction: LossReduction
  let ignored: Int?

  var name: String { "negativeLogLikelihood.gradient" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let kernel = NegativeLogLikelihood(
      reduction: reduction, ignored: ignored, shape: planner.shape(node.outputs[0]))
    let isWeighted = node.inputs.count > 2
    planner.emit(
      native: name, reads: try planner.readPlain(node.inputs),
      writes: [try planner.writePlain(node.outputs[0])]
    ) { pointers in
      kernel.backward(
        labels: pointers.floats(1), weights: isWeighted ? UnsafePointer(pointers.floats(2)) : nil,
        gradient: pointers.floats(0), gradientSource: pointers.floats(isWeighted ? 3 : 2))
    }
  }
}

extension Planner {
  func readPlain(_ ids: [TensorID]) throws(ExecutionError) -> [Buffer.ID] {
    var buffers: [Buffer.ID] = []
    for id in ids { buffers.append(try readPlain(id)) }
    return buffers
  }
}
