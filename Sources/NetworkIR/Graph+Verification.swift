import OrderedCollections

/// A graph that breaks ONNX's rules of definition and order.
package enum VerificationError: Error, Hashable, Sendable {
  case defined(twice: Name)
  case undefined(value: Name, usedBy: Name)
  case usedBeforeDefinition(value: Name, usedBy: Name)
  case undefinedOutput(Name)
  case inconsistentIndex(value: Name)
}

extension Graph {
  /// Checks that every value is defined once, before its uses, and that the indexes of producers
  /// and uses agree with the nodes. Linear in the size of the graph.
  package func verify() throws(VerificationError) {
    var isDefined = [Bool](repeating: false, count: values.count)
    for port in inputs {
      if isDefined[port.value.index] { throw .defined(twice: self[port.value].name) }
      isDefined[port.value.index] = true
    }
    for id in initializers.keys { isDefined[id.index] = true }
    for id in opaqueConstants {
      if initializers[id] != nil { throw .defined(twice: self[id].name) }
      isDefined[id.index] = true
    }
    var uses = [Int](repeating: 0, count: values.count)
    for node in nodes {
      for case let id? in node.inputs {
        uses[id.index] += 1
        if !isDefined[id.index] { throw undefined(id, usedBy: node) }
      }
      for id in node.captures {
        uses[id.index] += 1
        if !isDefined[id.index] { throw undefined(id, usedBy: node) }
      }
      for case let id? in node.outputs {
        if isDefined[id.index] { throw .defined(twice: self[id].name) }
        isDefined[id.index] = true
        if producers[id.index] != node.id { throw .inconsistentIndex(value: self[id].name) }
      }
    }
    for port in outputs where !isDefined[port.value.index] {
      throw .undefinedOutput(self[port.value].name)
    }
    for value in values where uses[value.id.index] != self.uses[value.id.index].count {
      throw .inconsistentIndex(value: value.name)
    }
    var names = Set<Name>(minimumCapacity: values.count)
    for value in values where isDefined[value.id.index] && !names.insert(value.name).inserted {
      throw .defined(twice: value.name)
    }
  }

  private func undefined(_ id: Value.ID, usedBy node: Node) -> VerificationError {
    producers[id.index] == nil
      ? .undefined(value: self[id].name, usedBy: node.name)
      : .usedBeforeDefinition(value: self[id].name, usedBy: node.name)
  }

  /// Enters a node in the indexes of producers and uses.
  mutating func link(_ node: Node) throws(VerificationError) {
    for id in node.outputs.compactMap(\.self) {
      if producers[id.index] != nil { throw .defined(twice: self[id].name) }
      producers[id.index] = node.id
    }
    for id in node.inputs.compactMap(\.self) + node.captures { uses[id.index].append(node.id) }
  }

  /// Takes a node out of the indexes of producers and uses.
  mutating func unlink(_ node: Node) {
    for id in node.outputs.compactMap(\.self) { producers[id.index] = nil }
    for id in node.inputs.compactMap(\.self) + node.captures {
      uses[id.index].removeAll { $0 == node.id }
    }
  }
}
