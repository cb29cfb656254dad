import OrderedCollections
package import TensorCore

/// Where a constant is stored, and how a value comes to hold it.
package struct ConstantOrigin: Hashable, Sendable {
  package enum Storage: Hashable, Sendable {
    case initializer(Value.ID)
    /// A Constant node.
    case node(Node.ID)
    /// The last node of a constant subgraph, other than Identity.
    case computed(Node.ID)
  }

  package let storage: Storage
  /// The Identity nodes between the storage and the value, last first.
  package let identities: [Node.ID]
}

/// A value that is the same in every run.
package struct ConstantResolution: Sendable {
  package let tensor: Tensor
  package let origin: ConstantOrigin
}

/// Why a value is no constant.
package enum ConstantFailure: Error, Hashable, Sendable {
  /// An initializer that is also a graph input: a caller may put another tensor in its place.
  case overridable(Value.ID)
  /// A graph input, which differs from run to run.
  case input(Value.ID)
  /// A constant stored in a form that no pass reads.
  case opaque(Value.ID)
  /// A node that can't be evaluated before a run.
  case notConstant(producer: Node.ID)
  /// A constant subgraph that isn't valid.
  case invalid(Node.ID, OperatorFailure)
  /// A constant subgraph of more nodes than any weight comes from.
  case subgraphTooLarge(Node.ID)
}

extension Graph {
  /// Resolves a value to what it holds in every run: through an initializer, a Constant node,
  /// Identity, and small subgraphs of operators that `ConstantEvaluation` knows.
  ///
  /// - Parameter assumingConstantInputs: take initializers that are graph inputs for constant.
  package func constant(
    _ value: Value.ID, assumingConstantInputs: Bool = false
  ) throws(ConstantFailure) -> ConstantResolution {
    var resolver = ConstantResolver(self, assumingConstantInputs)
    return try resolver.resolve(value)
  }
}

private struct ConstantResolver {
  /// Every exporter's weight subgraphs are far smaller; it bounds recursion too.
  private static let nodeLimit = 64

  private let graph: Graph
  private let assumesConstantInputs: Bool
  private var evaluated: [Node.ID: [Tensor]] = [:]
  private var visited: Set<Node.ID> = []

  init(_ graph: Graph, _ assumesConstantInputs: Bool) {
    self.graph = graph
    self.assumesConstantInputs = assumesConstantInputs
  }

  mutating func resolve(_ value: Value.ID) throws(ConstantFailure) -> ConstantResolution {
    var value = value
    var identities: [Node.ID] = []
    while let node = graph.producer(of: value), case .identity = node.operator,
      let input = node.input(0)
    {
      identities.append(node.id)
      value = input
    }
    func resolution(_ tensor: Tensor, _ storage: ConstantOrigin.Storage) -> ConstantResolution {
      ConstantResolution(
        tensor: tensor, origin: ConstantOrigin(storage: storage, identities: identities))
    }
    if let initializer = graph.initializers[value] {
      if !assumesConstantInputs, graph.isInput(value) { throw .overridable(value) }
      return resolution(initializer.tensor, .initializer(value))
    }
    guard let node = graph.producer(of: value) else {
      throw graph.opaqueConstants.contains(value) ? .opaque(value) : .input(value)
    }
    if case .constant(let constant) = node.operator {
      return resolution(constant.tensor, .node(node.id))
    }
    let outputs = try evaluate(node)
    guard let index = node.outputs.firstIndex(of: value), index < outputs.count else {
      throw .notConstant(producer: node.id)
    }
    return resolution(outputs[index], .computed(node.id))
  }

  private mutating func evaluate(_ node: Node) throws(ConstantFailure) -> [Tensor] {
    if let outputs = evaluated[node.id] { return outputs }
    guard node.operator.isEvaluable else { throw .notConstant(producer: node.id) }
    guard visited.insert(node.id).inserted, visited.count <= Self.nodeLimit else {
      throw .subgraphTooLarge(node.id)
    }
    var inputs: [Tensor?] = []
    for input in node.inputs {
      if let input { inputs.append(try resolve(input).tensor) } else { inputs.append(nil) }
    }
    do {
      let outputs = try ConstantEvaluation.evaluate(
        node.operator, inputs, outputCount: node.outputs.count, opset: graph.opset)
      evaluated[node.id] = outputs
      return outputs
    } catch {
      throw error == .notEvaluated
        ? .notConstant(producer: node.id) : .invalid(node.id, error)
    }
  }
}
