import NetworkIR

/// A recorded unit, found in a graph by the value that it writes.
struct LocatedUnit {
  let input: Value.ID
  let output: Value.ID
  /// In the order in which they are applied.
  let factors: [WeightedNode]

  /// Walks from the unit's output to its input, one factor at a time: names of nodes and values
  /// inside the unit may have changed, its shape may not.
  init(_ record: UnitRecord, in graph: Graph) throws(UnitFailure) {
    guard let name = record.output, record.channels.count > 1 else { throw .recordUnusable }
    guard let output = graph.value(named: name), graph.producer(of: output) != nil else {
      throw .outputMissing(name)
    }
    var factors: [WeightedNode] = []
    var current = output
    for index in (0..<record.channels.count - 1).reversed() {
      if current != output {
        guard graph.consumers(of: current).count == 1, !graph.isOutput(current) else {
          throw .innerValueUsed(graph[current].name)
        }
      }
      guard let producer = graph.producer(of: current) else { throw .factorMissing(factor: index) }
      let factor: WeightedNode
      do {
        factor = try Self.read(endingAt: producer, record, in: graph)
      } catch {
        throw error == .attributesUnreadable
          ? .factorMissing(factor: index) : .factorUnreadable(factor: index, error)
      }
      factors.insert(factor, at: 0)
      current = factor.input
    }
    self.output = output
    self.factors = factors
    input = current
  }

  private static func read(
    endingAt node: Node, _ record: UnitRecord, in graph: Graph
  ) throws(SkipReason) -> WeightedNode {
    let reader = WeightedNodeReader(graph, isExclusive: false)
    switch node.operator {
    case .conv(let conv) where record.strategy != .fc: return try reader.read(conv: conv, node)
    case .convTranspose(let conv) where record.strategy != .fc:
      return try reader.read(convTranspose: conv, node)
    case .gemm(let gemm) where record.strategy == .fc: return try reader.read(gemm: gemm, node)
    case .matMul where record.strategy == .fc: return try reader.read(matMul: node, withAdd: false)
    case .binary where record.strategy == .fc:
      for product in node.inputs.compactMap(\.self) {
        guard let producer = graph.producer(of: product), case .matMul = producer.operator else {
          continue
        }
        let factor = try reader.read(matMul: producer)
        if factor.nodes.last?.id == node.id { return factor }
      }
      throw .attributesUnreadable
    default: throw .attributesUnreadable
    }
  }
}
