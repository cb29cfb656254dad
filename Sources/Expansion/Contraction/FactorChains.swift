import NetworkIR

/// The maximal chains of nodes with kernels in a graph: each reads what the one before writes, and
/// nothing else does.
struct FactorChains {
  /// In the graph's order of their first nodes; chains of a single factor too.
  private(set) var chains: [[ChainFactor]] = []
  /// Nodes that a chain ends before, though they stand next to it, and why.
  private(set) var skipped: [ContractionReport.Skipped] = []

  private enum Candidate {
    case factor(ChainFactor)
    case unreadable(Node, SkipReason)
  }

  private let graph: Graph
  private let absorbsBatchNormalization: Bool
  private let assumesConstantInputs: Bool
  private var candidates: [Node.ID: Candidate] = [:]
  /// Why what a factor adds at the end is no bias, of factors that have an addend: they end a chain.
  private var addendReasons: [Node.ID: SkipReason] = [:]

  /// - Parameter assumingConstantInputs: take initializers that are graph inputs for constant.
  init(_ graph: Graph, absorbingBatchNormalization: Bool, assumingConstantInputs: Bool) {
    self.graph = graph
    absorbsBatchNormalization = absorbingBatchNormalization
    assumesConstantInputs = assumingConstantInputs
    let types = try? ShapeInference(graph)
    func reader(_ addends: WeightedNodeReader.AddendPolicy) -> WeightedNodeReader {
      WeightedNodeReader(
        graph, isExclusive: false, addends: addends, assumingConstantInputs: assumingConstantInputs
      ) { value in
        (types?.type(of: value) ?? graph[value].declaredType)?.dimensions
      }
    }
    let order = graph.nodes.map(\.id)
    for id in order {
      candidates[id] = candidate(graph[id], reader(.allowed))
      if case .factor(let factor)? = candidates[id], factor.node.addend != nil,
        case .unreadable(_, let reason)? = candidate(graph[id], reader(.refused))
      {
        addendReasons[id] = reason
      }
    }
    var next: [Node.ID: Node.ID] = [:]
    for id in order { next[id] = successor(of: id) }
    let inner = Set(next.values)
    for id in order where !inner.contains(id) {
      var chain: [ChainFactor] = []
      var current: Node.ID? = id
      while let id = current, case .factor(let factor)? = candidates[id] {
        chain.append(factor)
        current = next[id]
      }
      if !chain.isEmpty { chains.append(chain) }
    }
  }

  /// Nil for nodes that hold no kernel, a MatMul of two activations among them.
  private func candidate(_ node: Node, _ reader: WeightedNodeReader) -> Candidate? {
    do throws(SkipReason) {
      guard let weighted = try reader.read(node) else { return nil }
      let weight = weighted.weight
      try SharedConstant.check(
        weight.value, weight.tensor, readBy: node.id, as: .weight, in: graph)
      return .factor(ChainFactor(weighted))
    } catch {
      if error == .multipliesActivations { return nil }
      return .unreadable(node, error)
    }
  }

  /// The factor that alone reads what the factor `id` makes, if they can be of one chain.
  private mutating func successor(of id: Node.ID) -> Node.ID? {
    var output: Value.ID
    switch candidates[id] {
    case .factor(var factor)?:
      if let reason = addendReasons[id] {
        return follower(of: factor.output, after: .unreadable(factor.node.node, reason))
      }
      let handovers = absorbNormalization(into: &factor)
      output = factor.output
      let end = handovers.last.flatMap { $0.output(0) } ?? output
      guard let follower = follower(of: end, after: .factor(factor)) else {
        candidates[id] = .factor(factor)
        return nil
      }
      factor.handovers += handovers
      factor.output = end
      candidates[id] = .factor(factor)
      return follower
    case .unreadable(let node, _)?:
      guard let candidate = candidates[id], let value = node.output(0) else { return nil }
      output = value
      return follower(of: output, after: candidate)
    case nil: return nil
    }
  }

  /// Walks on past `Identity` nodes, and takes up a normalization that is met.
  ///
  /// - Returns: the `Identity` nodes walked past since.
  private mutating func absorbNormalization(into factor: inout ChainFactor) -> [Node] {
    var handovers: [Node] = []
    var current = factor.output
    while graph.consumers(of: current).count == 1, !graph.isOutput(current) {
      let reader = graph[graph.consumers(of: current)[0]]
      guard reader.input(0) == current, let output = reader.output(0) else { break }
      if case .identity = reader.operator {
        handovers.append(reader)
        current = output
        continue
      }
      guard absorbsBatchNormalization, factor.normalization == nil,
        case .batchNormalization(let normalization) = reader.operator, normalization.isSpatial
      else { break }
      do {
        factor.normalization = try AbsorbedNormalization(
          normalization, reader, after: factor.node, in: graph,
          assumingConstantInputs: assumesConstantInputs)
      } catch {
        skip(reader, error)
        break
      }
      factor.handovers += handovers
      handovers = []
      current = output
      factor.output = output
    }
    return handovers
  }

  /// The node with a kernel that reads `value`; nil, and why, where it can't be of one chain with
  /// the factor that makes it.
  private mutating func follower(of value: Value.ID, after candidate: Candidate) -> Node.ID? {
    let readers = graph.consumers(of: value)
    for id in readers where candidates[id] != nil && graph[id].input(0) == value {
      let reader = graph[id]
      if case .unreadable(let node, let reason) = candidate {
        skip(node, .unreadable(reason))
      } else if case .unreadable(_, let reason)? = candidates[id] {
        skip(reader, .unreadable(reason))
      } else if readers.count > 1 || reader.inputs.dropFirst().contains(value) {
        skip(reader, .innerValueUsed(graph[value].name))
      } else if graph.isOutput(value) {
        skip(reader, .innerValueIsOutput(graph[value].name))
      } else if case .gemm(let gemm) = reader.operator, gemm.transA {
        skip(reader, .transposesInput)
      } else {
        return id
      }
    }
    return nil
  }

  private mutating func skip(_ node: Node, _ obstacle: ContractionObstacle) {
    let row = ContractionReport.Skipped(node, obstacle)
    if !skipped.contains(row) { skipped.append(row) }
  }
}
