import NetworkIR
import TensorCore

/// Which part of an expanded graph is which node of a compact one.
///
/// Both are walked together, the compact graph in its order: a node is paired with the first
/// unpaired node of the same operator that reads the values paired with its inputs, a chain of
/// nodes with kernels with a chain whose factors compose to those kernels, one segment each.
/// Constants of floating types may differ; all others, which are shapes, axes and the like, may
/// not.
struct GraphPairing {
  struct Kernel {
    let compact: ChainFactor
    let index: Int
    let factors: [ChainFactor]
  }

  /// In the compact graph's order.
  private(set) var kernels: [Kernel] = []
  /// Constants that nodes without kernels read: of the compact graph, then of the expanded.
  private(set) var constants: [(compact: Value.ID, expanded: Value.ID)] = []

  private let compact: Graph
  private let expanded: Graph
  private let positions: [Node.ID: Int]
  private var paired: [Value.ID: Value.ID] = [:]
  private var usedNodes: Set<Node.ID> = []
  private var expandedChains: [Value.ID: [[ChainFactor]]] = [:]

  init(
    _ compact: Graph, _ expanded: Graph, absorbingBatchNormalization: Bool,
    assumingConstantInputs: Bool
  ) throws(LikenessDifference) {
    self.compact = compact
    self.expanded = expanded
    positions = Dictionary(uniqueKeysWithValues: compact.nodes.enumerated().map { ($1.id, $0) })
    try pairPorts()
    let chains = FactorChains(
      expanded, absorbingBatchNormalization: absorbingBatchNormalization,
      assumingConstantInputs: assumingConstantInputs)
    for chain in chains.chains { expandedChains[chain[0].input, default: []].append(chain) }
    try walk(
      FactorChains(
        compact, absorbingBatchNormalization: false,
        assumingConstantInputs: assumingConstantInputs
      ).chains)
    for (port, other) in zip(compact.outputs, expanded.outputs)
    where paired[port.value] != other.value {
      throw .output(compact[port.value].name)
    }
  }

  /// Inputs and outputs keep their names on all ways: callers use them.
  private mutating func pairPorts() throws(LikenessDifference) {
    let (inputs, others) = (compact.requiredInputs, expanded.requiredInputs)
    let (names, otherNames) = (inputs.map { compact[$0].name }, others.map { expanded[$0].name })
    guard names == otherNames else { throw .inputs(compact: names, found: otherNames) }
    for (input, other) in zip(inputs, others) {
      if let shape = compact[input].declaredType?.dimensions,
        let otherShape = expanded[other].declaredType?.dimensions
      {
        let clash = zip(shape, otherShape).contains { axis, other in
          axis.extent != nil && other.extent != nil && axis.extent != other.extent
        }
        guard shape.count == otherShape.count, !clash else {
          throw .inputShape(compact[input].name, compact: shape, found: otherShape)
        }
      }
      paired[input] = other
    }
    let outputs = compact.outputs.map { compact[$0.value].name }
    let otherOutputs = expanded.outputs.map { expanded[$0.value].name }
    guard outputs == otherOutputs else { throw .outputs(compact: outputs, found: otherOutputs) }
  }

  private mutating func walk(_ found: [[ChainFactor]]) throws(LikenessDifference) {
    // By the node at which a chain's inputs, an addend among them, have been walked past.
    var chains: [Node.ID: [ChainFactor]] = [:]
    var inner: Set<Node.ID> = []
    for chain in found {
      let last = chain[chain.count - 1].node
      chains[(last.addend == nil ? chain[0].node : last).node.id] = chain
      for factor in chain { inner.formUnion((factor.node.nodes + factor.handovers).map(\.id)) }
    }
    for node in compact.nodes {
      if let chain = chains[node.id] {
        try pair(chain)
      } else if !inner.contains(node.id), !isConstant(node) {
        try pair(node)
      }
    }
  }

  /// Whether all that the node makes is the same in every run.
  private func isConstant(_ node: Node) -> Bool {
    node.outputs.compactMap(\.self).allSatisfy { compact.holds($0) != nil }
  }

  private mutating func pair(_ chain: [ChainFactor]) throws(LikenessDifference) {
    let first = chain[0]
    let candidates = paired[first.input].flatMap { expandedChains[$0] } ?? []
    let unused = candidates.filter { !usedNodes.contains($0[0].node.node.id) }
    guard let nearest = unused.first else { throw difference(at: first.node.node) }
    let last = chain[chain.count - 1]
    var addsAnother = false
    for factors in unused {
      guard let segments = SegmentAlignment.segments(factors, composingTo: chain) else { continue }
      let end = factors[factors.count - 1]
      guard addendsAgree(last.node, end.node) else {
        addsAnother = true
        continue
      }
      for (compact, segment) in zip(chain, segments) {
        kernels.append(
          Kernel(
            compact: compact, index: position(compact.node.node), factors: Array(factors[segment])))
      }
      usedNodes.insert(factors[0].node.node.id)
      if let addend = last.node.addend, let other = end.node.addend, paired[addend] == nil {
        constants.append((addend, other))
      }
      paired[last.output] = end.output
      return
    }
    if addsAnother { throw .addend(last.node.node.name, index: position(last.node.node)) }
    let node = first.node.node
    let geometries = nearest.map(\.geometry)
    if chain.count == 1 {
      do throws(CompositionFailure) {
        _ = try KernelComposition.geometry(of: geometries)
      } catch {
        throw .notComposable(node.name, index: position(node), error)
      }
    }
    throw .kernel(node.name, index: position(node), first.geometry, found: geometries)
  }

  private mutating func pair(_ node: Node) throws(LikenessDifference) {
    let partner = candidates(for: node).first { candidate in
      candidate.type.name == node.type.name && !usedNodes.contains(candidate.id)
        && (candidate.operator == node.operator && candidate.operator.definition != nil
          || candidate.attributes == node.attributes)
        && inputsAgree(node, candidate)
    }
    guard let partner else { throw difference(at: node) }
    usedNodes.insert(partner.id)
    for (value, other) in zip(node.outputs, partner.outputs) {
      if let value, let other { paired[value] = other }
    }
    for (value, other) in zip(node.inputs, partner.inputs) {
      if let value, let other, paired[value] == nil { constants.append((value, other)) }
    }
  }

  /// The nodes that read what is paired with the node's first input that is no constant.
  private func candidates(for node: Node) -> [Node] {
    guard let input = node.inputs.compactMap(\.self).first(where: { paired[$0] != nil }),
      let value = paired[input]
    else { return Array(expanded.nodes) }
    let ids = Set(expanded.consumers(of: value))
    return expanded.nodes.filter { ids.contains($0.id) }
  }

  private func inputsAgree(_ node: Node, _ candidate: Node) -> Bool {
    (0..<max(node.inputs.count, candidate.inputs.count)).allSatisfy { index in
      valuesAgree(node.input(index), candidate.input(index))
    }
  }

  private func valuesAgree(_ value: Value.ID?, _ candidate: Value.ID?) -> Bool {
    switch (value, candidate) {
    case (nil, nil): return true
    case (let value?, let other?):
      if let partner = paired[value] { return partner == other }
      guard let mine = compact.holds(value), let theirs = expanded.holds(other),
        mine.elementType == theirs.elementType, mine.shape == theirs.shape
      else { return false }
      return FloatingRounding(mine.elementType) != nil || mine == theirs
    default: return false
    }
  }

  /// Whether both add the same value, times the same number, or neither adds one.
  private func addendsAgree(_ node: WeightedNode, _ candidate: WeightedNode) -> Bool {
    valuesAgree(node.addend, candidate.addend)
      && (node.addend == nil || node.layout.biasScale == candidate.layout.biasScale)
  }

  private func difference(at node: Node) -> LikenessDifference {
    let found = candidates(for: node).filter { !usedNodes.contains($0.id) }.prefix(3)
    return .node(
      node.name, index: position(node), node.type,
      found: found.map { LikenessDifference.Found(node: $0.name, type: $0.type) })
  }

  private func position(_ node: Node) -> Int { positions[node.id] ?? 0 }
}

extension Graph {
  /// What a value holds in every run; a constant that is an input too counts.
  fileprivate func holds(_ value: Value.ID) -> Tensor? {
    try? constant(value, assumingConstantInputs: true).tensor
  }
}
