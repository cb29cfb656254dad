import Kernels
import NetworkIR

/// Y = A'·B', where ' transposes the last two axes on request, batched over the leading axes.
///
/// Inputs: A, B of equal rank, at least 2; leading extents are equal or 1.
struct MatrixProduct: Action {
  var transposesA = false
  var transposesB = false

  var name: String { "matrixProduct" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let a = try layout(of: node.inputs[0], isTransposed: transposesA, planner)
    let b = try layout(of: node.inputs[1], isTransposed: transposesB, planner)
    let y = try planner.plain(planner.shape(node.outputs[0]))
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.matrixProduct(source: a, weights: b, destination: y, on: planner.engine)
    }
    try planner.emit(
      primitive,
      inputs: [
        (.source, try planner.readPlain(node.inputs[0])),
        (.weights, try planner.readPlain(node.inputs[1])),
      ],
      outputs: [(.destination, planner.write(node.outputs[0], as: y))])
  }

  /// The row-major tensor, read with its last two axes exchanged where it is transposed.
  private func layout(
    of id: Computation.TensorID, isTransposed: Bool, _ planner: Planner
  ) throws(ExecutionError) -> TensorLayout {
    let plain = try planner.plain(planner.shape(id))
    guard isTransposed else { return plain }
    var axes = Array(planner.shape(id).indices)
    axes.swapAt(axes.count - 2, axes.count - 1)
    return try planner.kernel { () throws(KernelError) in try plain.permuted(axes) }
  }

  /// Y = A·B: dA = dY·Bᵀ and dB = Aᵀ·dY, summed over the axes that were broadcast.
  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    guard !transposesA, !transposesB else {
      throw .notDifferentiable(action: name, node: node.origin)
    }
    let (a, b, gradient) = (node.inputs[0], node.inputs[1], gradients[0]!)
    let batch = computation.shape(node.outputs[0]).dropLast(2)
    func sum(
      _ product: MatrixProduct, _ inputs: [Computation.TensorID], for operand: Computation.TensorID
    ) -> Computation.TensorID {
      let shape = computation.shape(operand)
      let full = computation.add(
        product, inputs, shapes: [batch + shape.suffix(2)], origin: node.origin, isForward: false)
      return computation.sum(full[0], downTo: shape, origin: node.origin)
    }
    return [
      wanted[0] ? sum(MatrixProduct(transposesB: true), [gradient, b], for: a) : nil,
      wanted[1] ? sum(MatrixProduct(transposesA: true), [a, gradient], for: b) : nil,
    ]
  }
}
