import NetworkIR

extension Lowering {
  /// Appends what computes the outputs of `node`, number `index` of the graph.
  mutating func lower(_ node: Node, _ index: Int) throws(ExecutionError) {
    switch node.operator {
    case .activation(let activation): try lower(activation, node, index)
    case .batchNormalization(let normalization): try lower(normalization, node, index)
    case .binary(let binary): try lower(binary, node)
    case .cast(let cast): try lower(cast, node, index)
    case .concat(let concat): try lower(concat, node)
    case .conv(let conv): try lower(conv, node, index)
    case .convTranspose(let conv): try lower(conv, node, index)
    case .expand: try lowerExpand(node)
    case .flatten, .reshape, .squeeze, .unsqueeze: try lowerReshaping(node)
    case .gemm(let gemm): try lower(gemm, node)
    case .globalAveragePool: try lowerGlobalAveragePool(node)
    case .identity: set(node.output(0), to: try input(node, 0))
    case .matMul: try lowerMatMul(node, index)
    case .pool(let pool): try lower(pool, node, index)
    case .reduceMean(let mean): try lower(mean, node)
    case .resize(let resize): try lower(resize, node, index)
    case .slice(let slice): try lower(slice, node)
    case .split(let split): try lower(split, node)
    case .transpose(let transpose): try lower(transpose, node)
    case .constant, .constantOfShape: return
    case .gather, .shape, .opaque: throw unsupported(node, index)
    }
  }

  func unsupported(_ node: Node, _ index: Int, _ detail: String? = nil) -> ExecutionError {
    .unsupported(operator: node.type, node: node.name, index: index, detail: detail)
  }

  /// The tensor of input `position`, which the operator requires.
  mutating func input(
    _ node: Node, _ position: Int
  ) throws(ExecutionError) -> Computation.TensorID {
    try tensor(try required(node, position))
  }

  func required(_ node: Node, _ position: Int) throws(ExecutionError) -> Value.ID {
    guard let value = node.input(position) else {
      throw .unsupported(
        operator: node.type, node: node.name, index: 0, detail: "without input \(position)")
    }
    return value
  }

  /// Appends one node whose single output is the network node's first.
  mutating func add(
    _ action: some Action, _ inputs: [Computation.TensorID], for node: Node, shape: [Int]
  ) {
    set(
      node.output(0),
      to: computation.add(action, inputs, shapes: [shape], origin: node.name)[0])
  }

  func outputShape(_ node: Node) throws(ExecutionError) -> [Int] {
    guard let output = node.output(0) else { throw .unknownShape(value: node.name) }
    return try shape(output)
  }
}
