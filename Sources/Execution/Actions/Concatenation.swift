import Kernels
import TensorCore

/// Joins tensors along an axis.
struct Concatenation: Action {
  let axis: Int

  var name: String { "concatenation" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let layouts = node.inputs.map(planner.layout(of:))
    let any = try planner.any(node.outputs[0])
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.concatenation(layouts, axis: self.axis, destination: any, on: planner.engine)
    }
    var inputs: [(ArgumentRole, Buffer.ID)] = []
    for (position, input) in node.inputs.enumerated() {
      inputs.append((.multiple(position), try planner.read(input, as: layouts[position])))
    }
    try planner.emit(
      primitive, inputs: inputs,
      outputs: [
        planner.result(.destination, node.outputs[0], of: primitive)
      ])
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    let strides = Shape.strides(computation.shape(node.outputs[0]))
    var start = 0
    return node.inputs.enumerated().map { position, input in
      let shape = computation.shape(input)
      defer { start += shape[axis] }
      guard wanted[position] else { return nil }
      return computation.add(
        StridedView(strides: strides, offset: start * strides[axis]), [gradients[0]!],
        shapes: [shape], origin: node.origin, isForward: false)[0]
    }
  }
}
