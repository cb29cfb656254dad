import Kernels

/// Normalisation by neighbouring channels. Outputs: the result, and the scales s for the gradient.
struct LocalResponseAction: Action {
  let size: Int
  let alpha: Float
  let beta: Float
  let bias: Float

  var name: String { "localResponse" }

  func kernel(_ shape: [Int]) -> LocalResponse {
    LocalResponse(size: size, alpha: alpha, beta: beta, bias: bias, shape: shape)
  }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let kernel = kernel(planner.shape(node.inputs[0]))
    planner.emit(
      native: name, reads: [try planner.readPlain(node.inputs[0])],
      writes: [try planner.writePlain(node.outputs[0]), try planner.writePlain(node.outputs[1])]
    ) { pointers in
      kernel.forward(
        source: pointers.floats(0), destination: pointers.floats(1), scale: pointers.floats(2))
    }
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    let shape = computation.shape(node.inputs[0])
    return [
      computation.add(
        LocalResponseGradient(forward: self), [node.inputs[0], node.outputs[1], gradients[0]!],
        shapes: [shape, shape], origin: node.origin, isForward: false)[0]
    ]
  }
}

/// Inputs: source, scales and the gradient of the result. Outputs: the gradient of the source, and
/// memory that only this action uses.
struct LocalResponseGradient: Action {
  let forward: LocalResponseAction

  var name: String { "localResponse.gradient" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let kernel = forward.kernel(planner.shape(node.inputs[0]))
    planner.emit(
      native: name, reads: try planner.readPlain(node.inputs),
      writes: [try planner.writePlain(node.outputs[0]), try planner.writePlain(node.outputs[1])]
    ) { pointers in
      kernel.backward(
        source: pointers.floats(0), scale: pointers.floats(1), gradient: pointers.floats(2),
        gradientSource: pointers.floats(3), ratio: pointers.floats(4))
    }
  }
}
