package import OrderedCollections
package import TensorCore

/// An edit of a built graph: nodes that go, nodes and initializers that come, and the existing
/// values that new ones take over.
///
/// A *tap* reads an existing value. A *shunt* gives an existing value a new producer: it keeps its
/// id and name, so that consumers and graph outputs never notice.
package struct GraphPatch: Sendable {
  /// A value that the patch reads: a tap, or one of the patch's own.
  package enum Source: Hashable, Sendable {
    case tap(Value.ID)
    case new(Int)
  }

  struct NewNode: Sendable {
    let name: Name
    let type: OperatorType
    let attributes: Attributes
    let inputs: [Source?]
    let outputs: [Source?]
    let metadata: OrderedDictionary<Name, Name>
  }

  struct NewInitializer: Sendable {
    let value: Int
    let initializer: Initializer
  }

  var newNames: [Name] = []
  var newNodes: [NewNode] = []
  var newInitializers: [NewInitializer] = []
  var replacedInitializers: OrderedDictionary<Value.ID, Tensor> = [:]
  var shunts: [Int: Value.ID] = [:]
  var removed: [Node.ID] = []
  var withdrawnInputs: Set<Value.ID> = []
  var declaredInputs: [(value: Int, position: Int)] = []

  package init() {}

  package var isEmpty: Bool {
    newNodes.isEmpty && newInitializers.isEmpty && replacedInitializers.isEmpty && removed.isEmpty
  }

  /// The existing values that the new nodes read.
  var taps: Set<Value.ID> {
    Set(
      newNodes.flatMap(\.inputs).compactMap { source in
        if case .tap(let id)? = source { id } else { nil }
      })
  }

  package mutating func remove(_ node: Node.ID) {
    removed.append(node)
  }

  /// A new constant; where the name is taken the graph gives it another, see `AppliedPatch`.
  package mutating func addInitializer(_ name: Name, _ tensor: Tensor) -> Source {
    let index = newNames.count
    newNames.append(name)
    newInitializers.append(NewInitializer(value: index, initializer: Initializer(tensor)))
    return .new(index)
  }

  /// Another tensor for an existing initializer; the file keeps its name and way of storage.
  package mutating func replaceInitializer(_ value: Value.ID, with tensor: Tensor) {
    replacedInitializers[value] = tensor
  }

  /// Takes `value`, an initializer, from the graph's inputs: callers can no longer replace it.
  package mutating func withdrawInput(_ value: Value.ID) {
    withdrawnInputs.insert(value)
  }

  /// Makes `source`, a new initializer, an input too, in that place among the inputs.
  package mutating func declareInput(_ source: Source, at position: Int) {
    guard case .new(let index) = source else { return }
    declaredInputs.append((index, position))
  }

  /// A new node with one output for each name; a nil name is an output that nobody asks for.
  @discardableResult
  package mutating func addNode(
    name: Name, type: OperatorType, attributes: Attributes, inputs: [Source?],
    outputs names: [Name?], metadata: OrderedDictionary<Name, Name> = [:]
  ) -> [Source?] {
    let outputs = names.map { name in
      name.map { name in
        newNames.append(name)
        return Source.new(newNames.count - 1)
      }
    }
    newNodes.append(
      NewNode(
        name: name, type: type, attributes: attributes, inputs: inputs, outputs: outputs,
        metadata: metadata))
    return outputs
  }

  /// Lets new value `source` take the place, id and name of existing value `old`, whose producer
  /// must be among the removed.
  package mutating func shunt(_ old: Value.ID, to source: Source) {
    guard case .new(let index) = source else { return }
    shunts[index] = old
  }
}

/// What a patch became in the graph.
package struct AppliedPatch: Sendable {
  /// The patch's nodes, in its order.
  package let nodes: [Node.ID]
  /// The values that the patch's sources became.
  package let values: [GraphPatch.Source: Value.ID]
}
