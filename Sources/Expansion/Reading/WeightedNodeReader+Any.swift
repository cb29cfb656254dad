import NetworkIR

extension WeightedNodeReader {
  /// The node as a kernel; nil for operators that hold none.
  func read(_ node: Node) throws(SkipReason) -> WeightedNode? {
    switch node.operator {
    case .conv(let conv): try read(conv: conv, node)
    case .convTranspose(let conv): try read(convTranspose: conv, node)
    case .gemm(let gemm): try read(gemm: gemm, node)
    case .matMul: try read(matMul: node)
    default: nil
    }
  }

  /// The kernel whose value `node` makes, where an Add of its bias may come last.
  ///
  /// Throws `.attributesUnreadable` for a node that ends no kernel.
  func read(endingAt node: Node) throws(SkipReason) -> WeightedNode {
    if case .matMul = node.operator { return try read(matMul: node, withAdd: false) }
    if Self.isAddition(node) {
      for product in node.inputs.compactMap(\.self) {
        guard let producer = graph.producer(of: product), case .matMul = producer.operator,
          case let factor = try read(matMul: producer), factor.nodes.last?.id == node.id
        else { continue }
        return factor
      }
      throw .attributesUnreadable
    }
    guard let factor = try read(node) else { throw .attributesUnreadable }
    return factor
  }
}
