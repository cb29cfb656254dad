import Kernels
import TensorCore

/// Max or average pooling of [N, C, spatial…].
///
/// Outputs: destination and, for max in training, where each maximum was.
struct Pooling: Action {
  let function: PoolingFunction
  let window: WindowGeometry

  var name: String { "pooling" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let layout = planner.layout(of: node.inputs[0])
    let any = try planner.any(node.outputs[0])
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.pooling(
        self.function, source: layout, destination: any, window: self.window,
        propagation: planner.propagation, on: planner.engine)
    }
    try planner.emitUnary(primitive, node)
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    computation.add(
      PoolingGradient(forward: self, node: index, source: node.inputs[0]),
      [gradients[0]!] + node.outputs.dropFirst(),
      shapes: [computation.shape(node.inputs[0])], origin: node.origin, isForward: false
    ).map { $0 }
  }
}

/// Inputs: the gradient of the destination and, for max, where each maximum was.
struct PoolingGradient: Action {
  let forward: Pooling
  let node: Int
  /// The forward source, whose layout the gradient takes.
  let source: Computation.TensorID

  var name: String { "pooling.gradient" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let hint = planner.primitive(ofNode: self.node)
    let layout = planner.layout(of: source)
    let gradient = hint.layout(of: .destination)!
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.poolingBackward(
        self.forward.function, gradientSource: layout, gradientDestination: gradient,
        window: self.forward.window, forward: hint, on: planner.engine)
    }
    var inputs = [
      (ArgumentRole.gradientDestination, try planner.read(node.inputs[0], as: gradient))
    ]
    if primitive.layout(of: .workspace) != nil {
      inputs.append((.workspace, planner.buffer(of: node.inputs[1])))
    }
    try planner.emit(
      primitive, inputs: inputs,
      outputs: [(.gradientSource, planner.write(node.outputs[0], as: layout))])
  }
}
