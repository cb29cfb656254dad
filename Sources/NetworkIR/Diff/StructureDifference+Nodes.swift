import OrderedCollections

extension StructureDifference {
  static func nodes(_ pairing: NodePairing) -> [StructureDifference] {
    let (a, b) = pairing.graphs
    func single(_ node: Node, _ operand: DiffOperand, in graph: Graph) -> StructureDifference {
      let output = NodePairing.keys(of: node, in: graph).first ?? ""
      return .nodeOnlyIn(operand, output: output, node: node.name, node.type)
    }
    return pairing.onlyInFirst.map { single($0, .first, in: a) }
      + pairing.onlyInSecond.map { single($0, .second, in: b) }
      + pairing.pairs.flatMap { compare($0.first, in: a, $0.second, in: b, output: $0.output) }
  }

  private static func compare(
    _ node: Node, in graph: Graph, _ other: Node, in otherGraph: Graph, output: Name
  ) -> [StructureDifference] {
    var differences: [StructureDifference] = []
    if node.name != other.name {
      differences.append(.nodeName(output: output, node.name, other.name))
    }
    for index in 0..<max(node.inputs.count, other.inputs.count) {
      let (name, otherName) = (
        node.input(index).map { graph[$0].name },
        other.input(index).map { otherGraph[$0].name }
      )
      if name != otherName {
        differences.append(.nodeInput(output: output, index: index, name, otherName))
      }
    }
    for index in 0..<max(node.outputs.count, other.outputs.count) {
      let (name, otherName) = (
        node.output(index).map { graph[$0].name },
        other.output(index).map { otherGraph[$0].name }
      )
      if name != otherName {
        differences.append(.nodeOutput(output: output, index: index, name, otherName))
      }
    }
    guard node.type.name == other.type.name, node.type.overload == other.type.overload,
      node.type.domain == other.type.domain || node.type.isStandard && other.type.isStandard
    else {
      differences.append(.nodeOperator(output: output, node.type, other.type))
      return differences
    }
    let attributes = graph.completeAttributes(of: node)
    let others = otherGraph.completeAttributes(of: other)
    for name in attributes.keys.union(others.keys) {
      let (value, otherValue) = (attributes[name], others[name])
      if let value, let otherValue, value.isSame(as: otherValue) { continue }
      differences.append(.nodeAttribute(output: output, attribute: name, value, otherValue))
    }
    return differences
  }
}

extension AttributeValue {
  /// Equality under which a NaN equals itself.
  fileprivate func isSame(as other: AttributeValue) -> Bool {
    func same(_ a: Float, _ b: Float) -> Bool { a == b || a.isNaN && b.isNaN }
    switch (self, other) {
    case (.float(let a), .float(let b)): return same(a, b)
    case (.floats(let a), .floats(let b)): return a.count == b.count && zip(a, b).allSatisfy(same)
    default: return self == other
    }
  }
}
