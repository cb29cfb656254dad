import NetworkIR
import TensorCore

extension WeightedNodeReader {
  /// Gemm with a constant B, and a constant C of one number per output where it has one.
  func read(gemm: Gemm, _ node: Node) throws(SkipReason) -> WeightedNode {
    let (input, output) = try ports(node)
    let weight = try constant(node, 1, .weight)
    let bias = node.input(2) == nil ? nil : try constant(node, 2, .bias)
    let geometry = try matrix(weight, bias, isTransposed: !gemm.transB)
    return try weighted([node], input, output, geometry, weight, bias)
  }

  /// MatMul with a constant second factor, and the Add of a constant bias that alone reads its
  /// product. An Add that does not qualify stays outside.
  func read(matMul node: Node, withAdd: Bool = true) throws(SkipReason) -> WeightedNode {
    let (input, output) = try ports(node)
    let weight = try constant(node, 1, .weight)
    let bare = try matrix(weight, nil, isTransposed: true)
    if withAdd, let (add, sum, bias) = addedBias(to: output, outputs: bare.outputs) {
      let geometry = try matrix(weight, bias, isTransposed: true)
      return try weighted([node, add], input, sum, geometry, weight, bias)
    }
    return try weighted([node], input, output, bare, weight, nil)
  }

  private func addedBias(
    to product: Value.ID, outputs: Int
  ) -> (add: Node, sum: Value.ID, bias: ConstantUse)? {
    guard graph.consumers(of: product).count == 1, !graph.isOutput(product) else { return nil }
    let add = graph[graph.consumers(of: product)[0]]
    guard case .binary(let binary) = add.operator, binary.function == .add,
      let sum = add.output(0), let index = (0...1).first(where: { add.input($0) != product }),
      let value = add.input(index),
      let bias = try? ConstantUse(of: value, as: .bias, in: graph, isExclusive: isExclusive),
      Self.isBias(bias.tensor.shape, outputs: outputs)
    else { return nil }
    return (add, sum, bias)
  }

  private func matrix(
    _ weight: ConstantUse, _ bias: ConstantUse?, isTransposed: Bool
  ) throws(SkipReason) -> KernelGeometry {
    let shape = weight.tensor.shape
    guard shape.count == 2, Shape.elementCount(shape) ?? 0 > 0 else {
      throw .unexpectedShape(.weight, shape)
    }
    let geometry = KernelGeometry(
      outputs: isTransposed ? shape[1] : shape[0],
      inputsPerGroup: isTransposed ? shape[0] : shape[1], hasBias: bias != nil)
    guard geometry.isWellFormed else { throw .unexpectedShape(.weight, shape) }
    if let bias, !Self.isBias(bias.tensor.shape, outputs: geometry.outputs) {
      throw .unexpectedShape(.bias, bias.tensor.shape)
    }
    return geometry
  }

  private static func isBias(_ shape: [Int], outputs: Int) -> Bool {
    shape == [outputs] || shape == [1, outputs]
  }
}
