import Kernels

/// Resampling of the spatial axes at half-pixel coordinates.
struct Resampling: Action {
  let function: ResamplingFunction

  var name: String { "resampling" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let layout = planner.layout(of: node.inputs[0])
    let any = try planner.any(node.outputs[0])
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.resampling(
        self.function, source: layout, destination: any, propagation: planner.propagation,
        on: planner.engine)
    }
    try planner.emitUnary(primitive, node)
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    computation.add(
      ResamplingGradient(function: function, node: index, source: node.inputs[0]),
      [gradients[0]!], shapes: [computation.shape(node.inputs[0])], origin: node.origin,
      isForward: false
    ).map { $0 }
  }
}

/// Input: the gradient of the destination.
struct ResamplingGradient: Action {
  let function: ResamplingFunction
  let node: Int
  /// The forward source, whose layout the gradient takes.
  let source: Computation.TensorID

  var name: String { "resampling.gradient" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let hint = planner.primitive(ofNode: self.node)
    let layout = planner.layout(of: source)
    let gradient = hint.layout(of: .destination)!
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.resamplingBackward(
        self.function, gradientSource: layout, gradientDestination: gradient, forward: hint,
        on: planner.engine)
    }
    try planner.emit(
      primitive, inputs: [(.gradientDestination, try planner.read(node.inputs[0], as: gradient))],
      outputs: [(.gradientSource, planner.write(node.outputs[0], as: layout))])
  }
}
