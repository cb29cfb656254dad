import Kernels

/// The product of two tensors read as matrices, one for each group: C = L·R.
///
/// Its gradients are products of the same kind:
///
///     dL = dC·Rᵀ        dR = Lᵀ·dC = Σ L[rows]ᵀ·dC[rows]
///
/// where L is by far the largest, dR is summed over runs of rows: each core reads the rows of L that
/// it will move, rather than some columns of all.
///
/// Inputs: left, right. Output: the product.
struct KernelProduct: Action {
  let left: MatrixOperand
  let right: MatrixOperand
  let product: MatrixOperand

  var name: String { "kernelProduct" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    // Cᵀ = Rᵀ·Lᵀ where it is the columns of C that lie side by side.
    let isTurned = !product.hasDenseRows
    let operands = isTurned ? (right.transposed, left.transposed) : (left, right)
    let tensors = isTurned ? (node.inputs[1], node.inputs[0]) : (node.inputs[0], node.inputs[1])
    let result = isTurned ? product.transposed : product
    let layouts = try (
      matrix(operands.0, planner), matrix(operands.1, planner), matrix(result, planner)
    )
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.matrixProduct(
        source: layouts.0, weights: layouts.1, destination: layouts.2, on: planner.engine)
    }
    try planner.emit(
      primitive,
      inputs: [
        (.source, planner.read(tensors.0, as: memory(tensors.0, operands.0, planner))),
        (.weights, planner.read(tensors.1, as: memory(tensors.1, operands.1, planner))),
      ],
      outputs: [
        (
          .destination,
          planner.write(node.outputs[0], as: memory(node.outputs[0], result, planner))
        )
      ])
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    let gradient = gradients[0]!
    var results: [Computation.TensorID?] = [nil, nil]
    if wanted[0] {
      results[0] =
        computation.add(
          KernelProduct(left: product, right: right.transposed, product: left),
          [gradient, node.inputs[1]], shapes: [computation.shape(node.inputs[0])],
          origin: node.origin, isForward: false)[0]
    }
    if wanted[1] {
      results[1] = gradientOfRight(node, gradient, in: &computation)
    }
    return results
  }

  private func gradientOfRight(
    _ node: Computation.Node, _ gradient: Computation.TensorID, in computation: inout Computation
  ) -> Computation.TensorID {
    let shape = computation.shape(node.inputs[1])
    let parts = partsOfRows
    guard parts > 1 else {
      return computation.add(
        KernelProduct(left: left.transposed, right: product, product: right),
        [node.inputs[0], gradient], shapes: [shape], origin: node.origin, isForward: false)[0]
    }
    let partial = [1, parts, shape.reduce(1, *)]
    let products = computation.add(
      KernelProduct(
        left: left.inParts(parts).transposed, right: product.inParts(parts),
        product: right.repeated(parts)),
      [node.inputs[0], gradient], shapes: [partial], origin: node.origin, isForward: false)[0]
    let taps = TapTargets(
      rows: 1, targets: Array(repeating: 0, count: parts), count: 1, width: partial[2])
    return computation.add(
      TapSum(taps: taps, product: .rows(of: partial, .plain, group: 1), sum: right),
      [products], shapes: [shape], origin: node.origin, isForward: false)[0]
  }

  /// Into as many runs the rows of L and C are shared out to sum the gradient of R.
  private var partsOfRows: Int {
    let rows = left.extents[1]
    let count = rows * left.extents[2]
    guard left.extents[0] == 1, rows % Self.mostParts == 0, count >= Self.leastCount,
      count >= Self.leastRatio * right.extents[1] * right.extents[2]
    else { return 1 }
    return Self.mostParts
  }

  /// A fixed number, so that sums do not depend on the machine.
  private static let mostParts = 8
  /// Of the elements of L, and of these to those of R: the sums are read and added besides.
  private static let leastCount = 1 << 17
  private static let leastRatio = 64

  /// The operand as the product sees it: a matrix, or as many as there are groups.
  private func matrix(
    _ operand: MatrixOperand, _ planner: Planner
  ) throws(ExecutionError) -> TensorLayout {
    let first = operand.extents[0] == 1 ? 1 : 0
    return try planner.kernel { () throws(KernelError) in
      try TensorLayout(
        shape: Array(operand.extents[first...]), strides: Array(operand.canonicalStrides[first...]))
    }
  }

  /// The operand as the planner sees it: the whole tensor, laid out so that the matrix is there.
  private func memory(
    _ tensor: Computation.TensorID, _ operand: MatrixOperand, _ planner: Planner
  ) throws(ExecutionError) -> TensorLayout {
    try planner.kernel { () throws(KernelError) in
      try TensorLayout(shape: planner.shape(tensor), strides: operand.storage)
    }
  }
}
