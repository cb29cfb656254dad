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

  /// [M, K]·[K, N]; leading axes of the first factor are rows too.
  mutating func lowerMatMul(_ node: Node, _ index: Int) throws(ExecutionError) {
    var (a, b) = (try input(node, 0), try input(node, 1))
    let (shapeA, shapeB) = (computation.shape(a), computation.shape(b))
    guard shapeB.count == 2, shapeA.count >= 2 else {
      throw unsupported(node, index, "of shapes \(shapeA) and \(shapeB)")
    }
    let output = try outputShape(node)
    b = transposed(b, node)
    let rows = shapeA.dropLast().reduce(1, *)
    if shapeA.count > 2 { a = reshaped(a, [rows, shapeA.last!], node) }
    let product = product([a, b], [rows, shapeB[1]], node)
    set(node.output(0), to: shapeA.count > 2 ? reshaped(product, output, node) : product)
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
