import Kernels

/// Arguments in the layouts that a primitive chose for them.
extension Planner {
  typealias Argument = (ArgumentRole, Buffer.ID)

  /// A tensor that the primitive reads in `role`.
  func argument(
    _ role: ArgumentRole, _ id: TensorID, of primitive: Primitive
  ) throws(ExecutionError) -> Argument {
    (role, try read(id, as: primitive.layout(of: role)!))
  }

  /// A tensor that the primitive writes in `role`.
  func result(_ role: ArgumentRole, _ id: TensorID, of primitive: Primitive) -> Argument {
    let layout = primitive.layout(of: role)!
    return (role, write(id, as: primitive.vectorWidth == .bits512 ? layout.inBlocks : layout))
  }

  /// What a forward primitive notes for its gradient: the node's second output.
  func workspace(of primitive: Primitive, _ node: Computation.Node) -> [Argument] {
    guard primitive.layout(of: .workspace) != nil, node.outputs.count == 2 else { return [] }
    return [result(.workspace, node.outputs[1], of: primitive)]
  }

  /// Emits a primitive that reads the node's first input and writes its first output.
  func emitUnary(
    _ primitive: Primitive, _ node: Computation.Node
  ) throws(ExecutionError) {
    try emit(
      primitive, inputs: [argument(.source, node.inputs[0], of: primitive)],
      outputs: [result(.destination, node.outputs[0], of: primitive)]
        + workspace(of: primitive, node))
  }
}
