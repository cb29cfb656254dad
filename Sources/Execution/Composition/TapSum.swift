import Kernels

/// The products of two kernels' taps, added up at the taps of their composition:
///
///     W[o, τ, i] = Σ_{τ(v, t) = τ} G[o, (v, t), i]
///
/// Input: G [O, V·T, I], row-major. Output: W [O, I, taps…], tap-major, or [O] where I and the taps
/// are 1.
struct TapSum: Action {
  let taps: TapTargets
  let product: MatrixOperand
  let sum: MatrixOperand

  var name: String { "tapSum" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let taps = taps
    try planner.emit(native: name, node, from: product, to: sum) { source, destination in
      taps.sum(source, into: destination)
    }
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    computation.add(
      TapSpread(forward: self), [gradients[0]!], shapes: [computation.shape(node.inputs[0])],
      origin: node.origin, isForward: false
    ).map { $0 }
  }
}

/// The adjoint of `TapSum`: dG[o, (v, t), i] = dW[o, τ(v, t), i].
struct TapSpread: Action {
  let forward: TapSum

  var name: String { "tapSpread" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let taps = forward.taps
    try planner.emit(native: name, node, from: forward.sum, to: forward.product) {
      source, destination in taps.spread(source, into: destination)
    }
  }
}

extension Planner {
  /// Emits a loop from the node's input to its output, both laid out as said.
  fileprivate func emit(
    native name: String, _ node: Computation.Node, from source: MatrixOperand,
    to destination: MatrixOperand,
    _ body: @escaping @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) throws(ExecutionError) {
    let layouts = try kernel { () throws(KernelError) in
      (
        try TensorLayout(shape: self.shape(node.inputs[0]), strides: source.storage),
        try TensorLayout(shape: self.shape(node.outputs[0]), strides: destination.storage)
      )
    }
    emit(
      native: name, reads: [try read(node.inputs[0], as: layouts.0)],
      writes: [write(node.outputs[0], as: layouts.1)]
    ) { pointers in
      body(UnsafePointer(pointers.floats(0)), pointers.floats(1))
    }
  }
}
