import Kernels
import NetworkIR
import TensorCore

extension Lowering {
  /// Y = alpha·A'·B' + beta·C: an inner product with B' as [N, K] rows, scaled where asked.
  mutating func lower(_ gemm: Gemm, _ node: Node) throws(ExecutionError) {
    var (a, b) = (try input(node, 0), try input(node, 1))
    if gemm.transA { a = transposed(a, node) }
    if !gemm.transB { b = transposed(b, node) }
    let output = try outputShape(node)
    let c = try node.input(2).map { value throws(ExecutionError) in try tensor(value) }
    guard let c else {
      let product = product([a, b], output, node)
      return set(node.output(0), to: scaled(product, by: gemm.alpha, node))
    }
    if gemm.alpha == 1, gemm.beta == 1, computation.shape(c) == [output[1]] {
      return add(Weighted(map: .innerProduct), [a, b, c], for: node, shape: output)
    }
    let product = scaled(product([a, b], output, node), by: gemm.alpha, node)
    add(
      Arithmetic(function: .add), [product, scaled(c, by: gemm.beta, node)], for: node,
      shape: output)
  }

  /// A·B as numpy's matmul has it: a vector is a row on the left and a column on the right, and
  /// leading axes are batches. Rows by one matrix are an inner product, whose weights take a layout.
  mutating func lowerMatMul(_ node: Node, _ index: Int) throws(ExecutionError) {
    var (a, b) = (try input(node, 0), try input(node, 1))
    let (shapeA, shapeB) = (computation.shape(a), computation.shape(b))
    let output = try outputShape(node)
    if shapeB.count == 2, shapeA.count >= 2 {
      b = transposed(b, node)
      let rows = shapeA.dropLast().reduce(1, *)
      if shapeA.count > 2 { a = reshaped(a, [rows, shapeA.last!], node) }
      let product = product([a, b], [rows, shapeB[1]], node)
      return set(
        node.output(0), to: shapeA.count > 2 ? reshaped(product, output, node) : product)
    }
    guard let rows = shapeA.last, let columns = shapeB.last else {
      throw unsupported(node, index, "of a scalar")
    }
    let matrixA = shapeA.count == 1 ? [1, rows] : shapeA
    let matrixB = shapeB.count == 1 ? [columns, 1] : shapeB
    let rank = max(matrixA.count, matrixB.count)
    guard rank <= 12 else { throw unsupported(node, index, "of rank \(rank)") }
    func padded(_ shape: [Int]) -> [Int] {
      Array(repeating: 1, count: rank - shape.count) + shape
    }
    let (fullA, fullB) = (padded(matrixA), padded(matrixB))
    if fullA != shapeA { a = reshaped(a, fullA, node) }
    if fullB != shapeB { b = reshaped(b, fullB, node) }
    let shape =
      zip(fullA, fullB).dropLast(2).map { $0 == 1 ? $1 : $0 }
      + [fullA[rank - 2], fullB[rank - 1]]
    let product = computation.add(
      MatrixProduct(), [a, b], shapes: [shape], origin: node.name)[0]
    set(node.output(0), to: shape == output ? product : reshaped(product, output, node))
  }

  private mutating func product(
    _ inputs: [Computation.TensorID], _ shape: [Int], _ node: Node
  ) -> Computation.TensorID {
    computation.add(Weighted(map: .innerProduct), inputs, shapes: [shape], origin: node.name)[0]
  }

  private mutating func transposed(
    _ tensor: Computation.TensorID, _ node: Node
  ) -> Computation.TensorID {
    let shape = computation.shape(tensor)
    return computation.add(
      StridedView(permuting: shape, by: [1, 0]), [tensor], shapes: [[shape[1], shape[0]]],
      origin: node.name)[0]
  }

  mutating func scaled(
    _ tensor: Computation.TensorID, by factor: Float, _ node: Node
  ) -> Computation.TensorID {
    guard factor != 1 else { return tensor }
    return computation.add(
      Elementwise(function: .linear(scale: factor, shift: 0)), [tensor],
      shapes: [computation.shape(tensor)], origin: node.name)[0]
  }

  mutating func reshaped(
    _ tensor: Computation.TensorID, _ shape: [Int], _ node: Node
  ) -> Computation.TensorID {
    computation.add(Reshaping(), [tensor], shapes: [shape], origin: node.name)[0]
  }
}
