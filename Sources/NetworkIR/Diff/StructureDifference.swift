import OrderedCollections

/// A difference between two graphs other than in their weights.
///
/// A node is named by the first of its outputs that both graphs have; nil stands for what is not
/// there.
package enum StructureDifference: Hashable, Sendable {
  package enum Port: String, Hashable, Sendable {
    case input, output
  }

  case portOnlyIn(DiffOperand, Port, Name)
  case portOrder(Port)
  case declaredType(value: Name, ValueType?, ValueType?)
  case nodeOnlyIn(DiffOperand, output: Name, node: Name, OperatorType)
  case nodeName(output: Name, Name, Name)
  case nodeOperator(output: Name, OperatorType, OperatorType)
  case nodeInput(output: Name, index: Int, Name?, Name?)
  case nodeOutput(output: Name, index: Int, Name?, Name?)
  case nodeAttribute(output: Name, attribute: Name, AttributeValue?, AttributeValue?)

  static func ports(_ a: Graph, _ b: Graph) -> [StructureDifference] {
    var differences: [StructureDifference] = []
    for (port, x, y) in [
      (Port.input, a.inputs, b.inputs), (Port.output, a.outputs, b.outputs),
    ] {
      let (names, others) = (x.map { a[$0.value].name }, y.map { b[$0.value].name })
      let (first, second) = (OrderedSet(names), OrderedSet(others))
      differences += first.subtracting(second).map { .portOnlyIn(.first, port, $0) }
      differences += second.subtracting(first).map { .portOnlyIn(.second, port, $0) }
      let common = first.intersection(second)
      if common != second.intersection(first) { differences.append(.portOrder(port)) }
      let types = declaredTypes(a, x), otherTypes = declaredTypes(b, y)
      for name in common where types[name] != otherTypes[name] {
        differences.append(.declaredType(value: name, types[name], otherTypes[name]))
      }
    }
    // What is declared of inner values may be left out; where both declare it they must agree.
    let types = declaredTypes(a, a.valueInfo), others = declaredTypes(b, b.valueInfo)
    for (name, type) in types {
      if let other = others[name], other != type {
        differences.append(.declaredType(value: name, type, other))
      }
    }
    return differences
  }

  private static func declaredTypes(
    _ graph: Graph, _ ports: [Graph.Port]
  ) -> OrderedDictionary<Name, ValueType> {
    ports.reduce(into: [:]) { types, port in
      types[graph[port.value].name] = graph[port.value].declaredType
    }
  }
}
