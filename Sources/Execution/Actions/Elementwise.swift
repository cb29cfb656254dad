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
    try planner.emit(
      primitive, inputs: [(.source, try planner.read(node.inputs[0], as: layout))],
      outputs: [
        (.destination, planner.write(node.outputs[0], as: primitive.layout(of: .destination)!))
      ])
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
        (.source, try planner.read(node.inputs[0], as: layout)),
        (
          .gradientDestination,
          try planner.read(node.inputs[1], as: primitive.layout(of: .gradientDestination)!)
        ),
      ],
      outputs: [
        (
          .gradientSource,
          planner.write(node.outputs[0], as: primitive.layout(of: .gradientSource)!)
        )
      ])
  }
}
