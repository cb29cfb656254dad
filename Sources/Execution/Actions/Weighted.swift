import Kernels

/// A linear map of a source by weights, and an optional bias.
///
/// Inputs: source, weights, bias. Output: destination.
struct Weighted: Action {
  let map: LinearMap
  /// Whether the destination is the ReLU of the map's; in inference alone.
  var isRectified = false

  var name: String { isRectified ? map.name + ".relu" : map.name }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let (source, weights, destination) = (node.inputs[0], node.inputs[1], node.outputs[0])
    let bias = node.inputs.count > 2 ? node.inputs[2] : nil
    if let form = planner.fourier(map, source: source, destination: destination) {
      try planner.emit(
        form, source: source, weights: weights, bias: bias, destination: destination)
      planner.fourierForms[index] = form
      return
    }
    let hasBias = bias != nil
    let any = try planner.any(weights)
    let primitive = try planner.choose(for: map, source, destination, isPlaced: false) {
      (source, destination) throws(KernelError) in
      try self.isRectified
        ? self.map.rectified((source, any, destination), hasBias: hasBias, on: planner.engine)
        : self.map.forward(
          (source, any, destination), hasBias: hasBias, planner.propagation, on: planner.engine)
    }
    if let packed = planner.packed(
      map, source: source, weights: weights, destination: destination, insteadOf: primitive),
      try planner.emit(
        packed, source: source, weights: weights, bias: bias, destination: destination,
        isRectified: isRectified)
    {
      planner.packedForms[index] = packed
      return
    }
    var inputs = [
      try planner.argument(.source, source, of: primitive),
      try planner.argument(.weights, weights, of: primitive),
    ]
    if let bias { inputs.append((.bias, try planner.readPlain(bias))) }
    try planner.emit(
      primitive, inputs: inputs,
      outputs: [planner.result(.destination, destination, of: primitive)])
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    var results = [Computation.TensorID?](repeating: nil, count: node.inputs.count)
    let gradient = gradients[0]!
    if wanted[0] {
      results[0] =
        computation.add(
          WeightedDataGradient(map: map, node: index), [node.inputs[1], gradient],
          shapes: [computation.shape(node.inputs[0])], origin: node.origin, isForward: false)[0]
    }
    if wanted.dropFirst().contains(true) {
      let made = computation.add(
        WeightedWeightsGradient(map: map, node: index), [node.inputs[0], gradient],
        shapes: node.inputs.dropFirst().map { computation.shape($0) }, origin: node.origin,
        isForward: false)
      for (offset, tensor) in made.enumerated() { results[1 + offset] = tensor }
    }
    return results
  }
}

/// The gradient by the source. Inputs: weights, gradient of the destination.
struct WeightedDataGradient: Action {
  let map: LinearMap
  /// The forward node.
  let node: Int

  var name: String { map.name + ".gradient.data" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let (weights, gradient, result) = (node.inputs[0], node.inputs[1], node.outputs[0])
    if planner.fourierForms[self.node] != nil,
      let form = planner.fourierAdjoint(map, source: result, destination: gradient)
    {
      try planner.emit(form, source: gradient, weights: weights, destination: result)
      return
    }
    let hint = try hint(planner)
    let any = try planner.any(weights)
    let primitive = try planner.choose(for: map, result, gradient, isPlaced: true) {
      (result, gradient) throws(KernelError) in
      try self.map.dataGradient((result, any, gradient), hint: hint, on: planner.engine)
    }
    if let packed = planner.packed(
      map, source: gradient, weights: weights, destination: result, insteadOf: primitive,
      isAdjoint: true),
      try planner.emit(packed, source: gradient, weights: weights, destination: result)
    {
      return
    }
    try planner.emit(
      primitive,
      inputs: [
        planner.argument(.gradientDestination, gradient, of: primitive),
        planner.argument(.weights, weights, of: primitive),
      ],
      outputs: [planner.result(.gradientSource, result, of: primitive)])
  }

  /// The forward primitive, which one in packed or Fourier form is not.
  private func hint(_ planner: Planner) throws(ExecutionError) -> Primitive {
    guard planner.packedForms[node] != nil || planner.fourierForms[node] != nil else {
      return planner.primitive(ofNode: node)
    }
    let forward = planner.computation.nodes[node]
    let layouts = try (
      planner.any(forward.inputs[0]), planner.any(forward.inputs[1]),
      planner.any(forward.outputs[0])
    )
    return try planner.kernel { () throws(KernelError) in
      try map.forward(
        layouts, hasBias: forward.inputs.count > 2, planner.propagation, on: planner.engine)
    }
  }
}

/// The gradients by weights and bias. Inputs: source, gradient of the destination.
struct WeightedWeightsGradient: Action {
  let map: LinearMap
  /// The forward node.
  let node: Int

  var name: String { map.name + ".gradient.weights" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let (source, gradient, result) = (node.inputs[0], node.inputs[1], node.outputs[0])
    let hasBias = node.outputs.count > 1
    if let form = planner.fourierForms[self.node] {
      try planner.emitWeightsGradient(
        form, source: source, gradient: gradient, weights: result,
        bias: hasBias ? node.outputs[1] : nil)
      return
    }
    let hint = planner.primitive(ofNode: self.node)
    if let packed = planner.packedForms[self.node] {
      try planner.emitWeightsGradient(
        packed, source: source, gradient: gradient, hint: hint, weights: result,
        bias: hasBias ? node.outputs[1] : nil)
      return
    }
    if let loop = planner.depthwiseGradient(map, source: source, gradient: gradient) {
      try planner.emit(
        loop, source: source, gradient: gradient, weights: result,
        bias: hasBias ? node.outputs[1] : nil)
      return
    }
    let any = try planner.any(result)
    let primitive = try planner.choose(for: map, source, gradient, isPlaced: true) {
      (source, gradient) throws(KernelError) in
      try self.map.weightsGradient(
        (source, any, gradient), hasBias: hasBias, hint: hint, on: planner.engine)
    }
    var outputs = [planner.result(.gradientWeights, result, of: primitive)]
    if hasBias { outputs.append((.gradientBias, try planner.writePlain(node.outputs[1]))) }
    try planner.emit(
      primitive,
      inputs: [
        planner.argument(.source, source, of: primitive),
        planner.argument(.gradientDestination, gradient, of: primitive),
      ],
      outputs: outputs)
  }
}
