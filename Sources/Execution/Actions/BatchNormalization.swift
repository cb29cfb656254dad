import Kernels

/// Batch normalisation by the batch's own statistics.
///
/// Inputs: source [N, C, …], scale, shift [C]. Outputs: destination, mean, biased variance [C] and,
/// where rectified, what was above 0.
struct BatchNormalizationTraining: Action {
  let epsilon: Float
  /// Whether the destination is the ReLU of the normalised.
  var isRectified = false

  var name: String { isRectified ? "batchNormalization.relu" : "batchNormalization" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let layout = planner.layout(of: node.inputs[0])
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.batchNormalization(
        source: layout, epsilon: self.epsilon, statistics: .batch, isRectified: self.isRectified,
        on: planner.engine)
    }
    let mask =
      isRectified ? [planner.result(.workspace, node.outputs[3], of: primitive)] : []
    try planner.emit(
      primitive,
      inputs: [
        planner.argument(.source, node.inputs[0], of: primitive),
        (.scale, try planner.readPlain(node.inputs[1])),
        (.shift, try planner.readPlain(node.inputs[2])),
      ],
      outputs: [
        planner.result(.destination, node.outputs[0], of: primitive),
        (.mean, try planner.writePlain(node.outputs[1])),
        (.variance, try planner.writePlain(node.outputs[2])),
      ] + mask)
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    let inputs =
      [
        node.inputs[0], gradients[0]!, node.outputs[1], node.outputs[2], node.inputs[1],
        node.inputs[2],
      ] + node.outputs.dropFirst(3)
    return computation.add(
      BatchNormalizationGradient(epsilon: epsilon, isRectified: isRectified, node: index), inputs,
      shapes: node.inputs.map { computation.shape($0) }, origin: node.origin, isForward: false
    ).map { $0 }
  }
}

/// The gradients by source, scale and shift. Inputs: source, gradient, mean, variance, scale,
/// shift and, where rectified, what was above 0.
struct BatchNormalizationGradient: Action {
  let epsilon: Float
  let isRectified: Bool
  let node: Int

  var name: String { "batchNormalization.gradient" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let hint = planner.primitive(ofNode: self.node)
    let layout = planner.layout(of: node.inputs[0])
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.batchNormalizationBackward(
        source: layout, gradient: layout, epsilon: self.epsilon, statistics: .batch,
        isRectified: self.isRectified, forward: hint, on: planner.engine)
    }
    // Some implementations list the shift though no gradient depends on it.
    var optional: [(ArgumentRole, Buffer.ID)] = []
    if primitive.layout(of: .shift) != nil {
      optional.append((.shift, try planner.readPlain(node.inputs[5])))
    }
    if isRectified { optional.append((.workspace, planner.buffer(of: node.inputs[6]))) }
    try planner.emit(
      primitive,
      inputs: [
        planner.argument(.source, node.inputs[0], of: primitive),
        planner.argument(.gradientDestination, node.inputs[1], of: primitive),
        (.mean, try planner.readPlain(node.inputs[2])),
        (.variance, try planner.readPlain(node.inputs[3])),
        (.scale, try planner.readPlain(node.inputs[4])),
      ] + optional,
      outputs: [
        planner.result(.gradientSource, node.outputs[0], of: primitive),
        (.gradientScale, try planner.writePlain(node.outputs[1])),
        (.gradientShift, try planner.writePlain(node.outputs[2])),
      ])
  }
}

/// Batch normalisation by given statistics. Inputs: source, scale, shift, mean, variance.
struct BatchNormalizationInference: Action {
  let epsilon: Float
  /// Whether the destination is the ReLU of the normalised.
  var isRectified = false

  var name: String { isRectified ? "batchNormalization.relu" : "batchNormalization" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let layout = planner.layout(of: node.inputs[0])
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.batchNormalization(
        source: layout, epsilon: self.epsilon, statistics: .given, isRectified: self.isRectified,
        propagation: .inference, on: planner.engine)
    }
    var inputs = [try planner.argument(.source, node.inputs[0], of: primitive)]
    for (role, input) in zip(
      [ArgumentRole.scale, .shift, .mean, .variance], node.inputs.dropFirst())
    {
      inputs.append((role, try planner.readPlain(input)))
    }
    try planner.emit(
      primitive, inputs: inputs,
      outputs: [
        planner.result(.destination, node.outputs[0], of: primitive)
      ])
  }
}

/// The update of the running statistics: running ← momentum·running + (1 − momentum)·batch.
///
/// Inputs: batch mean, biased batch variance, running mean, running variance [C]; the last two are
/// written in place. PyTorch corrects the variance by n/(n − 1), ONNX's operator doesn't.
struct RunningStatisticsUpdate: Action {
  let momentum: Float
  /// 1, or n/(n − 1) for n elements a channel.
  let correction: Float

  var name: String { "runningStatistics" }

  func isDifferentiable(input: Int) -> Bool { false }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    var buffers: [Buffer.ID] = []
    for input in node.inputs { buffers.append(try planner.readPlain(input)) }
    let channels = planner.shape(node.inputs[0])[0]
    let (momentum, correction) = (momentum, correction)
    planner.emit(
      native: name, reads: Array(buffers[..<2]), writes: Array(buffers[2...])
    ) { pointers in
      func elements(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(
          start: pointers[index].assumingMemoryBound(to: Float.self), count: channels)
      }
      Kernels.RunningStatistics.update(
        elements(2), with: UnsafeBufferPointer(elements(0)), momentum: momentum)
      Kernels.RunningStatistics.update(
        elements(3), with: UnsafeBufferPointer(elements(1)), momentum: momentum,
        correction: correction)
    }
  }
}
