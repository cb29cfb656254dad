import Kernels

/// An elementwise function of one input that a loop of ours computes.
struct Pointwise: Action {
  let function: any PointwiseFunction

  var name: String { "pointwise" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let layout = try planner.flatLayout(of: node.inputs[0], keepsZero: function.keepsZero)
    let count = layout.byteCount / MemoryLayout<Float>.size
    let function = function
    planner.emit(
      native: name, reads: [try planner.read(node.inputs[0], as: layout)],
      writes: [planner.write(node.outputs[0], as: layout)]
    ) { pointers in
      function.apply(count, source: pointers.floats(0), destination: pointers.floats(1))
    }
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    computation.add(
      PointwiseGradient(function: function), [node.inputs[0], gradients[0]!],
      shapes: [computation.shape(node.inputs[0])], origin: node.origin, isForward: false
    ).map { $0 }
  }
}

/// Inputs: the forward source and the gradient of the destination.
struct PointwiseGradient: Action {
  let function: any PointwiseFunction

  var name: String { "pointwise.gradient" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let layout = try planner.flatLayout(of: node.inputs[0], keepsZero: function.keepsZero)
    let count = layout.byteCount / MemoryLayout<Float>.size
    let function = function
    planner.emit(
      native: name,
      reads: [
        try planner.read(node.inputs[0], as: layout), try planner.read(node.inputs[1], as: layout),
      ],
      writes: [planner.write(node.outputs[0], as: layout)]
    ) { pointers in
      function.applyGradient(
        count, source: pointers.floats(0), gradient: pointers.floats(1),
        destination: pointers.floats(2))
    }
  }
}

extension Planner {
  /// The layout of `id` where a loop may run over all its bytes; else the plain one.
  ///
  /// A blocked layout may pad channels with zeros, which a function must keep.
  func flatLayout(of id: TensorID, keepsZero: Bool) throws(ExecutionError) -> TensorLayout {
    let layout = layout(of: id)
    let isDense = layout.byteCount == shape(id).reduce(MemoryLayout<Float>.size, *)
    return keepsZero || isDense ? layout : try plain(shape(id))
  }
}
