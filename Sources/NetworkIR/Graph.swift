package import OrderedCollections

/// A graph of nodes in topological order. Built by `GraphBuilder`, edited by `GraphPatch` alone.
package struct Graph: Sendable {
  /// A place where the file declares a value: an input, an output or a `value_info` entry.
  package struct Port: Sendable {
    package let value: Value.ID
    /// Its place in that list of the document; nil for one that was made here.
    package let origin: Int?
  }

  package let name: Name
  /// The version of ONNX's own operator set that the nodes are written in.
  package let opset: Int
  package internal(set) var inputs: [Port]
  package let outputs: [Port]
  package let valueInfo: [Port]
  package internal(set) var initializers: OrderedDictionary<Value.ID, Initializer>
  /// Constants stored in a form that no pass reads: strings, sparse tensors, unknown element types.
  package let opaqueConstants: Set<Value.ID>
  /// Edits since the graph was built.
  package internal(set) var revision = 0

  /// Indexed by id; values that lost producer and uses stay, so that ids are never reused.
  var values: [Value]
  var storage: [Node?]
  var order: [Node.ID]
  var producers: [Node.ID?]
  var uses: [[Node.ID]]

  package subscript(_ id: Value.ID) -> Value { values[id.index] }

  /// Requires that the node is still in the graph.
  package subscript(_ id: Node.ID) -> Node { storage[id.index]! }

  package func contains(_ id: Node.ID) -> Bool {
    storage.indices.contains(id.index) && storage[id.index] != nil
  }

  /// The nodes, each after those that it depends on.
  package var nodes: some RandomAccessCollection<Node> {
    order.lazy.map { storage[$0.index]! }
  }

  package var allValues: some RandomAccessCollection<Value> { values }

  /// One more than the largest value id: the length of a table indexed by value.
  package var valueCount: Int { values.count }

  /// One more than the largest node id.
  package var nodeIDCount: Int { storage.count }

  package func producer(of id: Value.ID) -> Node? {
    producers[id.index].map { self[$0] }
  }

  /// The nodes that read the value, once for each input or subgraph that does, in no order.
  package func consumers(of id: Value.ID) -> [Node.ID] { uses[id.index] }

  /// The constant that the file stores for the value.
  package func initializer(_ id: Value.ID) -> Initializer? { initializers[id] }

  package func isInput(_ id: Value.ID) -> Bool { inputs.contains { $0.value == id } }

  package func isOutput(_ id: Value.ID) -> Bool { outputs.contains { $0.value == id } }

  /// True for an initializer that is also an input: a caller may put another tensor in its place.
  package func isOverridable(_ id: Value.ID) -> Bool {
    initializers[id] != nil && isInput(id)
  }

  /// Inputs that no initializer feeds: what a run must be given.
  package var requiredInputs: [Value.ID] {
    inputs.map(\.value).filter { initializers[$0] == nil && !opaqueConstants.contains($0) }
  }

  /// The value of that name; linear in the number of values.
  package func value(named name: Name) -> Value.ID? {
    values.first { $0.name == name && isLive($0.id) }?.id
  }

  /// True while something defines or declares the value.
  package func isLive(_ id: Value.ID) -> Bool {
    producers[id.index] != nil || initializers[id] != nil || isInput(id)
      || opaqueConstants.contains(id)
  }
}
