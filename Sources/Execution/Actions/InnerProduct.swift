import Kernels

/// Fully connected: source [N, K] by weights [M, K] and an optional bias [M].
struct InnerProduct: Action {
  var name: String { "innerProduct" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let (source, weights, destination) = (node.inputs[0], node.inputs[1], node.outputs[0])
    let layouts = try (planner.any(source), planner.any(weights), planner.any(destination))
    let hasBias = node.inputs.count > 2
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.innerProduct(
        source: layouts.0, weights: layouts.1, hasBias: hasBias, destination: layouts.2,
        propagation: planner.propagation, on: planner.engine)
    }
    var inputs = [
      (ArgumentRole.source, try planner.read(source, as: primitive.layout(of: .source)!)),
      (.weights, try planner.read(weights, as: primitive.layout(of: .weights)!)),
    ]
    if hasBias { inputs.append((.bias, try planner.readPlain(node.inputs[2]))) }
    let written = planner.write(destination, as: primitive.layout(of: .destination)!)
    try planner.emit(primitive, inputs: inputs, outputs: [(.destination, written)])
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
          InnerProductDataGradient(node: index), [node.inputs[1], gradient],
          shapes: [computation.shape(node.inputs[0])], origin: node.origin, isForward: false)[0]
    }
    if wanted.dropFirst().contains(true) {
      let made = computation.add(
        InnerProductWeightsGradient(node: index), [node.inputs[0], gradient],
        shapes: node.inputs.dropFirst().map { computation.shape($0) }, origin: node.origin,
        isForward: false)
      for (offset, tensor) in made.enumerated() { results[1 + offset] = tensor }
    }
    return results
  }
}

/// The gradient by the source. Inputs: weights, gradient of the destination.
struct InnerProductDataGradient: Action {
  let node: Int

  var name: String { "innerProduct.gradient.data" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let hint = planner.primitive(ofNode: self.node)
    let (weights, gradient, result) = (node.inputs[0], node.inputs[1], node.outputs[0])
    let layouts = try (planner.any(result), planner.any(weights), planner.any(gradient))
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.innerProductBackwardData(
        gradientSource: layouts.0, weights: layouts.1, gradientDestination: layouts.2,
        forward: hint, on: planner.engine)
    }
    let inputs = [
      (
        ArgumentRole.gradientDestination,
        try planner.read(gradient, as: primitive.layout(of: .gradientDestination)!)
      ),
      (.weights, try planner.read(weights, as: primitive.layout(of: .weights)!)),
    ]
    let written = planner.write(result, as: primitive.layout(of: .gradientSource)!)
    try planner.emit(primitive, inputs: inputs, outputs: [(.gradientSource, written)])
  }
}

/// The gradients by weights and bias. Inputs: source, gradient of the destination.
struct InnerProductWeightsGradient: Action {
  let node: Int

  var name: String { "innerProduct.gradient.weights" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let hint = planner.primitive(ofNode: self.node)
    let (source, gradient, result) = (node.inputs[0], node.inputs[1], node.outputs[0])
    let layouts = try (planner.any(source), planner.any(result), planner.any(gradient))
    let hasBias = node.outputs.count > 1
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.innerProductBackwardWeights(
        source: layouts.0, gradientWeights: layouts.1, hasBias: hasBias,
        gradientDestination: layouts.2, forward: hint, on: planner.engine)
    }
    let inputs = [
      (ArgumentRole.source, try planner.read(source, as: primitive.layout(of: .source)!)),
      (
        .gradientDestination,
        try planner.read(gradient, as: primitive.layout(of: .gradientDestination)!)
      ),
    ]
    var outputs = [
      (
        ArgumentRole.gradientWeights,
        planner.write(result, as: primitive.layout(of: .gradientWeights)!)
      )
    ]
    if hasBias { outputs.append((.gradientBias, try planner.writePlain(node.outputs[1]))) }
    try planner.emit(primitive, inputs: inputs, outputs: outputs)
  }
}
