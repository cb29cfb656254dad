package import OrderedCollections

/// Builds a graph node by node: what readers and the zoo use. `build()` verifies.
package struct GraphBuilder: Sendable {
  private let name: Name
  private let opset: Int
  private var values: [Value] = []
  private var ids: [Name: Value.ID] = [:]
  private var nodes: [Node] = []
  private var inputs: [Graph.Port] = []
  private var outputs: [Graph.Port] = []
  private var valueInfo: [Graph.Port] = []
  private var initializers: OrderedDictionary<Value.ID, Initializer> = [:]
  private var opaqueConstants: Set<Value.ID> = []
  private var duplicate: Name?

  package init(name: Name, opset: Int) {
    self.name = name
    self.opset = opset
  }

  /// The value of that name, made on first mention: files may use a name before they define it.
  package mutating func value(_ name: Name) -> Value.ID {
    if let id = ids[name] { return id }
    let id = Value.ID(index: values.count)
    values.append(Value(id: id, name: name, declaredType: nil))
    ids[name] = id
    return id
  }

  @discardableResult
  package mutating func addInput(
    _ name: Name, type: ValueType?, origin: Int? = nil
  ) -> Value.ID {
    let id = declare(name, type)
    inputs.append(Graph.Port(value: id, origin: origin))
    return id
  }

  package mutating func addOutput(_ name: Name, type: ValueType?, origin: Int? = nil) {
    outputs.append(Graph.Port(value: declare(name, type), origin: origin))
  }

  package mutating func addValueInfo(_ name: Name, type: ValueType?, origin: Int? = nil) {
    valueInfo.append(Graph.Port(value: declare(name, type), origin: origin))
  }

  @discardableResult
  package mutating func addInitializer(_ name: Name, _ initializer: Initializer) -> Value.ID {
    let id = value(name)
    if initializers.updateValue(initializer, forKey: id) != nil { duplicate = duplicate ?? name }
    return id
  }

  /// Adds a constant that the file stores in a form no pass reads.
  package mutating func addOpaqueConstant(_ name: Name) {
    if !opaqueConstants.insert(value(name)).inserted { duplicate = duplicate ?? name }
  }

  /// Adds a node as a file describes it. Empty names stand for optional inputs and outputs.
  package mutating func addNode(
    name: Name, type: OperatorType, attributes: Attributes, inputs: [Name], outputs: [Name],
    captures: [Name] = [], metadata: OrderedDictionary<Name, Name> = [:], origin: Int? = nil
  ) {
    nodes.append(
      Node(
        id: Node.ID(index: nodes.count), name: name, type: type,
        operator: Operator(type, attributes, opset: opset), attributes: attributes,
        inputs: inputs.map { $0.isEmpty ? nil : value($0) },
        outputs: outputs.map { $0.isEmpty ? nil : value($0) },
        captures: captures.map { value($0) }, metadata: metadata, origin: origin))
  }

  /// Adds a node of a known operator.
  package mutating func addNode(
    name: Name, _ operator: Operator, inputs: [Name], outputs: [Name]
  ) {
    addNode(
      name: name, type: `operator`.type, attributes: `operator`.attributes(opset: opset),
      inputs: inputs, outputs: outputs)
  }

  /// Throws where the graph is no graph: a name defined twice, used before its definition or never
  /// defined.
  package func build() throws(VerificationError) -> Graph {
    if let duplicate { throw .defined(twice: duplicate) }
    var graph = Graph(
      name: name, opset: opset, inputs: inputs, outputs: outputs, valueInfo: valueInfo,
      initializers: initializers, opaqueConstants: opaqueConstants, values: values, storage: nodes,
      order: nodes.map(\.id),
      producers: Array(repeating: nil, count: values.count),
      uses: Array(repeating: [], count: values.count))
    for node in nodes { try graph.link(node) }
    try graph.verify()
    return graph
  }

  private mutating func declare(_ name: Name, _ type: ValueType?) -> Value.ID {
    let id = value(name)
    if let type { values[id.index].declaredType = values[id.index].declaredType ?? type }
    return id
  }
}
