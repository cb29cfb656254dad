import Kernels

/// An elementwise function of two inputs that a loop of ours computes; both broadcast.
struct Pairwise: Action {
  let function: any PairFunction

  var name: String { "pairwise" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let (layout, walk) = try planner.pairs(node, output: node.outputs[0], function)
    let function = function
    planner.emit(
      native: name, reads: try planner.read(Array(node.inputs[..<2]), as: layout),
      writes: [planner.write(node.outputs[0], as: try planner.choose(layout, for: node.outputs[0]))]
    ) { pointers in
      function.apply(
        walk, a: pointers.floats(0), b: pointers.floats(1), destination: pointers.floats(2))
    }
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    let shape = computation.shape(node.outputs[0])
    return zip([PairOperand.a, .b], node.inputs).enumerated().map { position, operand in
      guard wanted[position] else { return nil }
      let full = computation.add(
        PairwiseGradient(function: function, operand: operand.0), node.inputs + [gradients[0]!],
        shapes: [shape], origin: node.origin, isForward: false)[0]
      return computation.sum(full, downTo: computation.shape(operand.1), origin: node.origin)
    }
  }
}

/// The gradient by one input before the sum over what was repeated. Inputs: both forward ones, and
/// the gradient of the result.
struct PairwiseGradient: Action {
  let function: any PairFunction
  let operand: PairOperand

  var name: String { "pairwise.gradient" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let (layout, walk) = try planner.pairs(node, output: node.outputs[0], function)
    let (function, operand) = (function, operand)
    planner.emit(
      native: name, reads: try planner.read(node.inputs, as: layout),
      writes: [planner.write(node.outputs[0], as: try planner.choose(layout, for: node.outputs[0]))]
    ) { pointers in
      function.applyGradient(
        by: operand, walk, a: pointers.floats(0), b: pointers.floats(1),
        gradient: pointers.floats(2), destination: pointers.floats(3))
    }
  }
}

extension Planner {
  /// The layout that all tensors of a node share, or the row-major one of `id`.
  fileprivate func choose(
    _ shared: TensorLayout?, for id: TensorID
  ) throws(ExecutionError) -> TensorLayout {
    if let shared { return shared }
    return try plain(shape(id))
  }

  fileprivate func read(
    _ ids: [TensorID], as shared: TensorLayout?
  ) throws(ExecutionError) -> [Buffer.ID] {
    var buffers: [Buffer.ID] = []
    for id in ids { buffers.append(try read(id, as: choose(shared, for: id))) }
    return buffers
  }

  /// How the first two inputs of `node` are walked: in the layout of the first where both are as
  /// large as the output, flat; else row-major.
  fileprivate func pairs(
    _ node: Computation.Node, output: TensorID, _ function: any PairFunction
  ) throws(ExecutionError) -> (layout: TensorLayout?, walk: BroadcastWalk) {
    let (a, b, shape) = (shape(node.inputs[0]), shape(node.inputs[1]), shape(output))
    guard a == shape, b == shape else { return (nil, BroadcastWalk(a, b, to: shape)) }
    let layout = try flatLayout(of: node.inputs[0], keepsZero: function.keepsZero)
    let count = [layout.byteCount / MemoryLayout<Float>.size]
    return (layout, BroadcastWalk(count, count, to: count))
  }
}
