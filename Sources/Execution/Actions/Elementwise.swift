import Kernels

/// An elementwise function of one input.
struct Elementwise: Action {
  let function: ElementwiseFunction

  var name: String { "elementwise" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let layout = planner.layout(of: node.inputs[0])
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.elementwise(
        self.function, source: layout, propagation: planner.propagation, on: planner.engine)
    }
    try planner.emitUnary(primitive, node)
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    computation.add(
      ElementwiseGradient(function: function, node: index), [node.inputs[0], gradients[0]!],
      shapes: [computation.shape(node.inputs[0])], origin: node.origin, isForward: false
    ).map { $0 }
  }
}

/// Inputs: the forward source and the gradient of the destination.
struct ElementwiseGradient: Action {
  let function: ElementwiseFunction
  let node: Int

  var name: String { "elementwise.gradient" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let hint = planner.primitive(ofNode: self.node)
    let layout = planner.layout(of: node.inputs[0])
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.elementwiseBackward(
        self.function, source: layout, gradient: layout, forward: hint, on: planner.engine)
    }
    try planner.emit(
      primitive,
      inputs: [
        planner.argument(.source, node.inputs[0], of: primitive),
        planner.argument(.gradientDestination, node.inputs[1], of: primitive),
      ],
      outputs: [planner.result(.gradientSource, node.outputs[0], of: primitive)])
  }
}
