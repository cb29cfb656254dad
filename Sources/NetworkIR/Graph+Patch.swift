import OrderedCollections
import TensorCore

/// Why a patch doesn't fit a graph.
package enum PatchError: Error, Hashable, Sendable {
  case removesUnknownNode
  case replacesNoInitializer(Name)
  case invalid(VerificationError)
}

extension Graph {
  /// Applies `patch` and verifies the result; the graph is unchanged where that throws.
  ///
  /// New nodes stand where the last removed node stood, or at the end. Initializers that only
  /// removed nodes read go with them, unless the patch taps them. New initializers stand where
  /// the first of those stood.
  @discardableResult
  package mutating func apply(_ patch: GraphPatch) throws(PatchError) -> AppliedPatch {
    var edited = self
    let applied = try edited.edit(patch)
    do { try edited.verify() } catch { throw .invalid(error) }
    edited.revision += 1
    self = edited
    return applied
  }

  private mutating func edit(_ patch: GraphPatch) throws(PatchError) -> AppliedPatch {
    for (id, tensor) in patch.replacedInitializers {
      guard let old = initializers[id] else { throw .replacesNoInitializer(self[id].name) }
      initializers[id] = Initializer(tensor, origin: old.origin, isModified: true)
    }
    inputs.removeAll { initializers[$0.value] != nil && patch.withdrawnInputs.contains($0.value) }
    let (nodePosition, initializerPosition) = try remove(patch.removed, keeping: patch.taps)
    var names = NameAllocator(count: values.count)
    for value in values where isLive(value.id) { names.take(value.name) }
    var sources: [GraphPatch.Source: Value.ID] = [:]
    for (index, name) in patch.newNames.enumerated() {
      sources[.new(index)] = patch.shunts[index] ?? addValue(named: names.allocate(name))
    }
    for (offset, new) in patch.newInitializers.enumerated() {
      let position = min(initializerPosition + offset, initializers.count)
      initializers.updateValue(
        new.initializer, forKey: sources[.new(new.value)]!, insertingAt: position)
    }
    for (value, position) in patch.declaredInputs.sorted(by: { $0.position < $1.position }) {
      guard let id = sources[.new(value)], let tensor = initializers[id]?.tensor else { continue }
      values[id.index].declaredType = ValueType(tensor.elementType, shape: tensor.shape)
      inputs.insert(
        Port(value: id, origin: nil), at: max(0, min(position, inputs.count)))
    }
    var nodeNames = NameAllocator(count: order.count)
    for id in order { nodeNames.take(self[id].name) }
    var added: [Node.ID] = []
    for new in patch.newNodes {
      func resolve(_ source: GraphPatch.Source?) -> Value.ID? {
        switch source {
        case nil: nil
        case .tap(let id)?: id
        case .new?: sources[source!]
        }
      }
      let node = Node(
        id: Node.ID(index: storage.count), name: nodeNames.allocate(new.name), type: new.type,
        operator: Operator(new.type, new.attributes, opset: opset), attributes: new.attributes,
        inputs: new.inputs.map(resolve), outputs: new.outputs.map(resolve), captures: [],
        metadata: new.metadata, origin: nil)
      storage.append(node)
      added.append(node.id)
      do { try link(node) } catch { throw .invalid(error) }
    }
    order.insert(contentsOf: added, at: min(nodePosition, order.count))
    return AppliedPatch(nodes: added, values: sources)
  }

  /// Removes nodes and the initializers that nothing else reads; where both stood.
  private mutating func remove(
    _ removed: [Node.ID], keeping taps: Set<Value.ID>
  ) throws(PatchError) -> (nodePosition: Int, initializerPosition: Int) {
    let gone = Set(removed)
    guard gone.allSatisfy(contains) else { throw .removesUnknownNode }
    guard !gone.isEmpty else { return (order.count, initializers.count) }
    var read: Set<Value.ID> = []
    for id in gone {
      let node = self[id]
      read.formUnion(node.inputs.compactMap(\.self))
      unlink(node)
      storage[id.index] = nil
    }
    let last = order.lastIndex(where: gone.contains)!
    let position = order[..<last].count { !gone.contains($0) }
    order.removeAll(where: gone.contains)
    let orphans = read.filter {
      initializers[$0] != nil && uses[$0.index].isEmpty && !taps.contains($0)
        && !isInput($0) && !isOutput($0)
    }
    let first = orphans.compactMap { initializers.index(forKey: $0) }.min()
    initializers.removeAll { orphans.contains($0.key) }
    return (position, first ?? initializers.count)
  }

  private mutating func addValue(named name: Name) -> Value.ID {
    let id = Value.ID(index: values.count)
    values.append(Value(id: id, name: name, declaredType: nil))
    producers.append(nil)
    uses.append([])
    return id
  }
}

/// Gives names that are not taken yet: the wished one, or the wished one with a number.
struct NameAllocator {
  private var taken: Set<Name>

  /// - Parameter count: about how many names are taken.
  init(count: Int) {
    taken = Set(minimumCapacity: count)
  }

  mutating func take(_ name: Name) {
    taken.insert(name)
  }

  mutating func allocate(_ wished: Name) -> Name {
    // Nodes may go without a name, any number of them.
    guard !wished.isEmpty else { return wished }
    var name = wished
    var number = 1
    while !taken.insert(name).inserted {
      name = wished.appending(".\(number)")
      number += 1
    }
    return name
  }
}
