import Kernels
import TensorCore

/// Convolution, or transposed convolution, of [N, C, spatial…] by weights and an optional bias.
///
/// Inputs: source, weights as ONNX stores them, bias. Output: destination.
struct Convolution: Action {
  let window: WindowGeometry
  let group: Int
  let isTransposed: Bool

  var name: String { isTransposed ? "transposedConvolution" : "convolution" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let (source, weights, destination) = (node.inputs[0], node.inputs[1], node.outputs[0])
    let layouts = try (
      planner.any(source), planner.any(weights), planner.any(destination)
    )
    let hasBias = node.inputs.count > 2
    let primitive = try planner.kernel { () throws(KernelError) in
      if self.isTransposed {
        try Primitive.transposedConvolution(
          source: layouts.0, weights: layouts.1, hasBias: hasBias, destination: layouts.2,
          window: self.window, groups: self.group, propagation: planner.propagation,
          on: planner.engine)
      } else {
        try Primitive.convolution(
          source: layouts.0, weights: layouts.1, hasBias: hasBias, destination: layouts.2,
          window: self.window, groups: self.group, propagation: planner.propagation,
          on: planner.engine)
      }
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
          ConvolutionDataGradient(forward: self, node: index), [node.inputs[1], gradient],
          shapes: [computation.shape(node.inputs[0])], origin: node.origin, isForward: false)[0]
    }
    if wanted.dropFirst().contains(true) {
      let made = computation.add(
        ConvolutionWeightsGradient(forward: self, node: index), [node.inputs[0], gradient],
        shapes: node.inputs.dropFirst().map { computation.shape($0) }, origin: node.origin,
        isForward: false)
      for (offset, tensor) in made.enumerated() { results[1 + offset] = tensor }
    }
    return results
  }
}

/// The gradient by the source. Inputs: weights, gradient of the destination.
struct ConvolutionDataGradient: Action {
  let forward: Convolution
  let node: Int

  var name: String { forward.name + ".gradient.data" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let hint = planner.primitive(ofNode: self.node)
    let (weights, gradient, result) = (node.inputs[0], node.inputs[1], node.outputs[0])
    let layouts = try (planner.any(result), planner.any(weights), planner.any(gradient))
    let primitive = try planner.kernel { () throws(KernelError) in
      if self.forward.isTransposed {
        try Primitive.transposedConvolutionBackwardData(
          gradientSource: layouts.0, weights: layouts.1, gradientDestination: layouts.2,
          window: self.forward.window, groups: self.forward.group, forward: hint,
          on: planner.engine)
      } else {
        try Primitive.convolutionBackwardData(
          gradientSource: layouts.0, weights: layouts.1, gradientDestination: layouts.2,
          window: self.forward.window, groups: self.forward.group, forward: hint,
          on: planner.engine)
      }
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
struct ConvolutionWeightsGradient: Action {
  let forward: Convolution
  let node: Int

  var name: String { forward.name + ".gradient.weights" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let hint = planner.primitive(ofNode: self.node)
    let (source, gradient, result) = (node.inputs[0], node.inputs[1], node.outputs[0])
    let layouts = try (planner.any(source), planner.any(result), planner.any(gradient))
    let hasBias = node.outputs.count > 1
    let primitive = try planner.kernel { () throws(KernelError) in
      if self.forward.isTransposed {
        try Primitive.transposedConvolutionBackwardWeights(
          source: layouts.0, gradientWeights: layouts.1, hasBias: hasBias,
          gradientDestination: layouts.2, window: self.forward.window,
          groups: self.forward.group,
          forward: hint, on: planner.engine)
      } else {
        try Primitive.convolutionBackwardWeights(
          source: layouts.0, gradientWeights: layouts.1, hasBias: hasBias,
          gradientDestination: layouts.2, window: self.forward.window,
          groups: self.forward.group,
          forward: hint, on: planner.engine)
      }
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
