import NetworkIR

/// A recorded unit, found in a graph by the value that it writes.
struct LocatedUnit {
  let input: Value.ID
  let output: Value.ID
  /// In the order in which they are applied.
  let factors: [WeightedNode]
  /// The nodes of each factor, the ReLU after it too where there is one, in the order in which they
  /// are applied.
  let factorNodes: [[Node]]

  /// Walks from the unit's output to its input, one factor at a time: names of nodes and values
  /// inside the unit may have changed, its shape may not.
  init(_ record: UnitRecord, in graph: Graph) throws(UnitFailure) {
    guard let name = record.output, record.channels.count > 1 else { throw .recordUnusable }
    guard let output = graph.value(named: name), graph.producer(of: output) != nil else {
      throw .outputMissing(name)
    }
    var factors: [WeightedNode] = []
    var factorNodes: [[Node]] = []
    var current = output
    for index in (0..<record.channels.count - 1).reversed() {
      if current != output {
        guard graph.consumers(of: current).count == 1, !graph.isOutput(current) else {
          throw .innerValueUsed(graph[current].name)
        }
      }
      var relus: [Node] = []
      if record.isNonlinear, current != output {
        let (relu, value) = try Self.relu(making: current, after: index, in: graph)
        relus = [relu]
        current = value
      }
      guard let producer = graph.producer(of: current) else { throw .factorMissing(factor: index) }
      let factor: WeightedNode
      do {
        let isLast = index == record.channels.count - 2
        let reader = WeightedNodeReader(
          graph, isExclusive: false,
          addends: isLast && record.addend != nil ? .required : .refused,
          // The record shows that they were constant; before IR version 4 they had to be inputs.
          assumingConstantInputs: true)
        factor = try reader.read(endingAt: producer)
      } catch {
        throw error == .attributesUnreadable
          ? .factorMissing(factor: index) : .factorUnreadable(factor: index, error)
      }
      guard (factor.geometry.rank == 0) == (record.strategy == .fc) else {
        throw .factorMissing(factor: index)
      }
      factors.insert(factor, at: 0)
      factorNodes.insert(factor.nodes + relus, at: 0)
      current = factor.input
    }
    self.output = output
    self.factors = factors
    self.factorNodes = factorNodes
    input = current
  }

  private static func relu(
    making value: Value.ID, after factor: Int, in graph: Graph
  ) throws(UnitFailure) -> (node: Node, input: Value.ID) {
    guard let node = graph.producer(of: value), case .activation(.relu) = node.operator,
      let input = node.input(0)
    else { throw .factorMissing(factor: factor) }
    guard graph.consumers(of: input).count == 1, !graph.isOutput(input) else {
      throw .innerValueUsed(graph[input].name)
    }
    return (node, input)
  }
}
