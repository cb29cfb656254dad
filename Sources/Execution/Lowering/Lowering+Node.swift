import NetworkIR
import TensorCore

extension Lowering {
  /// Appends what computes the outputs of `node`, number `index` of the graph.
  mutating func lower(_ node: Node, _ index: Int) throws(ExecutionError) {
    if case .opaque = node.operator { throw unsupported(node, index) }
    if isEvaluated(node) { return try lowerEvaluated(node, index) }
    try checkTensors(of: node, index)
    switch node.operator {
    case .activation(let activation): try lower(activation, node, index)
    case .batchNormalization(let normalization): try lower(normalization, node, index)
    case .binary(let binary): try lower(binary, node)
    case .broadcasting(let broadcasting): try lower(broadcasting, node)
    case .cast(let cast): try lower(cast, node, index)
    case .classificationLoss(let loss): try lower(loss, node, index)
    case .concat(let concat): try lower(concat, node)
    case .conv(let conv): try lower(conv, node, index)
    case .convTranspose(let conv): try lower(conv, node, index)
    case .dropout(let dropout): try lower(dropout, node, index)
    case .depthToSpace(let rearrangement): try lower(rearrangement, node, index)
    case .expand: try lowerExpand(node, index)
    case .flatten, .reshape, .squeeze, .unsqueeze: try lowerReshaping(node, index)
    case .gather(let gather): try lower(gather, node, index)
    case .gatherElements(let gather): try lower(gather, node, index)
    case .gatherND(let gather): try lower(gather, node, index)
    case .gemm(let gemm): try lower(gemm, node)
    case .globalAveragePool: try lowerGlobalAveragePool(node)
    case .globalPool(let pool): try lower(pool, node, index)
    case .identity: set(node.output(0), to: try input(node, 0))
    case .instanceNormalization(let normalization): try lower(normalization, node)
    case .localResponseNormalization(let normalization): try lower(normalization, node)
    case .matMul: try lowerMatMul(node, index)
    case .pad(let pad): try lower(pad, node, index)
    case .pool(let pool): try lower(pool, node, index)
    case .reduceMean(let mean): try lower(mean, node)
    case .reduceSum(let sum): try lower(sum, node)
    case .resize(let resize): try lower(resize, node, index)
    case .slice(let slice): try lower(slice, node, index)
    case .softmax(let softmax): try lower(softmax, node, index)
    case .spaceToDepth(let rearrangement): try lower(rearrangement, node, index)
    case .split(let split): try lower(split, node, index)
    case .tile: try lowerTile(node, index)
    case .transpose(let transpose): try lower(transpose, node)
    case .unary(let unary): try lower(unary, node)
    case .constant, .constantOfShape: return
    case .select: try lowerSelect(node)
    case .equal, .maxUnpool, .shape, .size, .opaque: throw unsupported(node, index)
    }
  }

  /// Throws where the node reads or writes anything but Floats, or no elements at all.
  private func checkTensors(of node: Node, _ index: Int) throws(ExecutionError) {
    for value in values(computedBy: node) {
      guard let type = types.type(of: value) else { continue }
      if isEmpty(value) { throw unsupported(node, index, "on a tensor without elements") }
      if case .cast = node.operator { continue }
      guard isFloat(value) || node.operator.takes(type.elementType) else {
        throw .unsupportedElementType(value: graph[value].name, type)
      }
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

  /// As `add`, for a view that must lie within its source.
  mutating func addView(
    _ view: StridedView, of source: Computation.TensorID, to value: Value.ID?, shape: [Int],
    for node: Node, _ index: Int
  ) throws(ExecutionError) {
    guard view.lies(within: computation.shape(source), shape: shape) else {
      throw unsupported(node, index, "whose declared output is not what it computes")
    }
    set(value, to: computation.add(view, [source], shapes: [shape], origin: node.name)[0])
  }

  func outputShape(_ node: Node) throws(ExecutionError) -> [Int] {
    guard let output = node.output(0) else { throw .unknownShape(value: node.name) }
    return try shape(output)
  }
}
