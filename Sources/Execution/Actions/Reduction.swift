import Kernels

/// The sum or the mean over the axes that have extent 1 in the output.
struct Reduction: Action {
  let function: ReductionFunction

  var name: String { "reduction" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let source = try planner.plain(planner.shape(node.inputs[0]))
    let destination = try planner.plain(planner.shape(node.outputs[0]))
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.reduction(
        self.function, source: source, destination: destination, on: planner.engine)
    }
    try planner.emit(
      primitive, inputs: [(.source, try planner.readPlain(node.inputs[0]))],
      outputs: [(.destination, planner.write(node.outputs[0], as: destination))])
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    let (from, to) = (computation.shape(node.outputs[0]), computation.shape(node.inputs[0]))
    var gradient = gradients[0]!
    if function == .mean {
      let share = Float(from.reduce(1, *)) / Float(to.reduce(1, *))
      gradient =
        computation.add(
          Elementwise(function: .linear(scale: share, shift: 0)), [gradient], shapes: [from],
          origin: node.origin, isForward: false)[0]
    }
    return computation.add(
      StridedView(broadcasting: from, to: to), [gradient], shapes: [to], origin: node.origin,
      isForward: false
    ).map { $0 }
  }
}
