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
        source: pointers[0].assumingMemoryBound(to: Float.self),
        destination: pointers[1].assumingMemoryBound(to: Float.self),
        scale: pointers[2].assumingMemoryBound(to: Float.self))
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
      let elements = pointers.map { $0.assumingMemoryBound(to: Float.self) }
      kernel.backward(
        source: elements[0], scale: elements[1], gradient: elements[2],
        gradientSource: elements[3], ratio: elements[4])
    }
  }
}
