import NetworkIR
import OrderedCollections
import TensorCore

extension WeightedNodeReader {
  /// Gemm with a constant B. A constant C of [N] or [1, N] is its bias; any other C may be its
  /// addend, as C is broadcast to [M, N] and added at the end.
  func read(gemm: Gemm, _ node: Node) throws(SkipReason) -> WeightedNode {
    let ports = try ports(node)
    let weight = try constant(node, 1, .weight)
    var geometry = try matrix(weight, isInputMajor: !gemm.transB)
    let outputs = geometry.outputs
    let (bias, addend) = try bias(node, scale: gemm.beta, isBroadcast: true) { shape in
      shape == [outputs] || shape == [1, outputs]
    }
    geometry.hasBias = bias != nil
    return try weighted([node], ports, geometry, weight, bias, addend: addend)
  }

  /// MatMul of anything with a constant matrix, at any rank, and the Add of a constant bias that
  /// alone reads its product. An Add that does not qualify stays outside.
  func read(matMul node: Node, withAdd: Bool = true) throws(SkipReason) -> WeightedNode {
    let ports = try ports(node)
    let weight = try matMulWeight(node)
    var geometry = try matrix(weight, isInputMajor: true)
    if withAdd, let (add, sum, bias) = addedBias(to: ports.output, outputs: geometry.outputs) {
      geometry.hasBias = true
      return try weighted([node, add], (ports.input, sum), geometry, weight, bias)
    }
    return try weighted([node], ports, geometry, weight, nil)
  }

  private func matMulWeight(_ node: Node) throws(SkipReason) -> ConstantUse {
    do { return try constant(node, 1, .weight) } catch {
      guard case .notConstant = error, let first = node.input(0) else { throw error }
      if (try? use(of: first, by: node, as: .weight)) != nil {
        throw .weightIsFirst(graph[first].name)
      }
      throw .multipliesActivations
    }
  }

  /// A bias is [N], its axes before, if any, of extent 1: then it is one number per output at every
  /// rank of the product.
  private func addedBias(
    to product: Value.ID, outputs: Int
  ) -> (add: Node, sum: Value.ID, bias: ConstantUse)? {
    guard graph.consumers(of: product).count == 1, !graph.isOutput(product) else { return nil }
    let add = graph[graph.consumers(of: product)[0]]
    guard Self.isAddition(add), let sum = add.output(0),
      let index = (0...1).first(where: { add.input($0) != product }),
      graph.opset >= 7 || index == 1, let value = add.input(index),
      let bias = try? use(of: value, by: add, as: .bias),
      bias.tensor.shape.last == outputs, bias.tensor.shape.dropLast().allSatisfy({ $0 == 1 })
    else { return nil }
    return (add, sum, bias)
  }

  /// Whether a node adds, its second input aligned to the last axes.
  static func isAddition(_ node: Node) -> Bool {
    guard case .binary(let binary) = node.operator else { return false }
    return binary.function == .add && binary.alignment?.axis == nil
  }

  private func matrix(
    _ weight: ConstantUse, isInputMajor: Bool
  ) throws(SkipReason) -> KernelGeometry {
    let shape = weight.tensor.shape
    guard shape.count == 2, Shape.elementCount(shape) ?? 0 > 0 else {
      throw shape.count > 2 ? .weightIsBatch(shape) : .unexpectedShape(.weight, shape)
    }
    let geometry = KernelGeometry(
      outputs: isInputMajor ? shape[1] : shape[0],
      inputsPerGroup: isInputMajor ? shape[0] : shape[1])
    guard geometry.isWellFormed else { throw .unexpectedShape(.weight, shape) }
    return geometry
  }
}
