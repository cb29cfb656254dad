import Kernels

/// A kernel and its bias as one kernel with one more input, which is 1 at each place: what composes
/// the kernels composes the biases with them.
///
/// Inputs: W [O, I, taps…], tap-major, and b [O]. Output: [O, I + 1, taps…], b in the last column of
/// every tap.
struct BiasJoin: Action {
  /// How the output lies.
  let order: KernelOrder

  var name: String { "biasJoin" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let columns = BiasColumns(kernel: planner.shape(node.inputs[0]), order)
    let reads = try node.inputs.map { tensor throws(ExecutionError) in
      try planner.read(tensor, as: planner.layout(.tapMajor, tensor))
    }
    let output = node.outputs[0]
    let writes = [planner.write(output, as: try planner.layout(order, output))]
    planner.emit(native: name, reads: reads, writes: writes) { pointers in
      columns.join(
        UnsafePointer(pointers.floats(0)), UnsafePointer(pointers.floats(1)),
        into: pointers.floats(2))
    }
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    computation.add(
      BiasSplit(order: order), [gradients[0]!], shapes: node.inputs.map(computation.shape),
      origin: node.origin, isForward: false)
  }
}

/// The adjoint of `BiasJoin`: the kernel without its last column, and that column's sum over taps.
struct BiasSplit: Action {
  /// How the input lies.
  let order: KernelOrder

  var name: String { "biasSplit" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let columns = BiasColumns(kernel: planner.shape(node.outputs[0]), order)
    let input = node.inputs[0]
    let reads = [try planner.read(input, as: planner.layout(order, input))]
    let writes = try node.outputs.map { tensor throws(ExecutionError) in
      planner.write(tensor, as: try planner.layout(.tapMajor, tensor))
    }
    planner.emit(native: name, reads: reads, writes: writes) { pointers in
      columns.split(UnsafePointer(pointers.floats(0)), into: pointers.floats(1), pointers.floats(2))
    }
  }

  /// Both have a gradient: `KernelPair` composes the bias of whatever it composes the weights of, and
  /// the map that takes the composition's place has both.
  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    computation.add(
      BiasJoin(order: order), gradients.map { $0! }, shapes: [computation.shape(node.inputs[0])],
      origin: node.origin, isForward: false
    ).map { $0 }
  }
}

extension BiasColumns {
  fileprivate init(kernel shape: [Int], _ order: KernelOrder) {
    self.init(
      rows: shape[0], taps: shape.dropFirst(2).reduce(1, *), width: shape[1],
      isInputMajor: order == .inputMajor)
  }
}

extension Planner {
  /// The layout of a kernel, or of a bias, for which all orders are one.
  fileprivate func layout(
    _ order: KernelOrder, _ tensor: Computation.TensorID
  ) throws(ExecutionError) -> TensorLayout {
    try kernel { () throws(KernelError) in
      let shape = self.shape(tensor)
      return try TensorLayout(shape: shape, strides: order.strides(of: shape))
    }
  }
}
