/// The same row-major elements under another shape: costs nothing where the input is row-major.
struct Reshaping: Action {
  var name: String { "reshape" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    try planner.alias(node.outputs[0], to: node.inputs[0])
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    computation.add(
      Reshaping(), [gradients[0]!], shapes: [computation.shape(node.inputs[0])],
      origin: node.origin, isForward: false
    ).map { $0 }
  }
}
