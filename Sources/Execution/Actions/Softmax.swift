import Kernels

/// Softmax along the middle of [outer, count, inner].
struct SoftmaxAction: Action {
  var name: String { "softmax" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let layout = try planner.plain(planner.shape(node.inputs[0]))
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.softmax(
        axis: 1, source: layout, destination: layout, propagation: planner.propagation,
        on: planner.engine)
    }
    try planner.emitUnary(primitive, node)
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    computation.add(
      SoftmaxGradient(node: index), [node.outputs[0], gradients[0]!],
      shapes: [computation.shape(node.inputs[0])], origin: node.origin, isForward: false
    ).map { $0 }
  }
}

/// Inputs: the destination and its gradient.
struct SoftmaxGradient: Action {
  let node: Int

  var name: String { "softmax.gradient" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let hint = planner.primitive(ofNode: self.node)
    let layout = planner.layout(of: node.inputs[0])
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.softmaxBackward(
        axis: 1, destination: layout, gradientSource: layout, gradientDestination: layout,
        forward: hint, on: planner.engine)
    }
    try planner.emit(
      primitive,
      inputs: [
        planner.argument(.destination, node.inputs[0], of: primitive),
        planner.argument(.gradientDestination, node.inputs[1], of: primitive),
      ],
      outputs: [planner.result(.gradientSource, node.outputs[0], of: primitive)])
  }
}

/// The logarithm of the softmax along axis 1, by a loop of ours that computes in Double.
struct LogSoftmaxAction: Action {
  var name: String { "logSoftmax" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let lines = try planner.lines(node.inputs[0])
    planner.emit(
      native: name, reads: [try planner.readPlain(node.inputs[0])],
      writes: [try planner.writePlain(node.outputs[0])]
    ) { pointers in
      lines.forward(source: pointers.floats(0), destination: pointers.floats(1))
    }
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    computation.add(
      LogSoftmaxGradient(), [node.outputs[0], gradients[0]!],
      shapes: [computation.shape(node.inputs[0])], origin: node.origin, isForward: false
    ).map { $0 }
  }
}

/// Inputs: the destination and its gradient.
struct LogSoftmaxGradient: Action {
  var name: String { "logSoftmax.gradient" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let lines = try planner.lines(node.inputs[0])
    planner.emit(
      native: name,
      reads: [try planner.readPlain(node.inputs[0]), try planner.readPlain(node.inputs[1])],
      writes: [try planner.writePlain(node.outputs[0])]
    ) { pointers in
      lines.backward(
        destination: pointers.floats(0), gradientDestination: pointers.floats(1),
        gradientSource: pointers.floats(2))
    }
  }
}

extension Planner {
  fileprivate func lines(_ id: TensorID) throws(ExecutionError) -> LogSoftmax {
    try kernel { () throws(KernelError) in try LogSoftmax(shape: self.shape(id), axis: 1) }
  }
}
