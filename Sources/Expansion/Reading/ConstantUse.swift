import NetworkIR
import OrderedCollections
import TensorCore

/// A constant as one node uses it: an initializer, or what a `Constant` node, a chain of `Identity`
/// nodes or a small constant subgraph hands on.
///
/// PyTorch stores equal initializers once and feeds each further use through an `Identity` of its
/// own: those are separate parameters that happen to be equal. Two nodes that read the same value
/// are one parameter used twice.
struct ConstantUse {
  enum Origin: String, Codable {
    case initializer, constant, identity, computed
  }

  /// What the node reads.
  let value: Value.ID
  let tensor: Tensor
  let origin: Origin
  /// The nodes that make the constant for this use alone, nearest first.
  let servants: [Node]
  /// The initializers read for this use alone that are graph inputs too.
  let inputs: [Value.ID]

  /// - Parameters:
  ///   - reader: the node that uses it.
  ///   - isExclusive: refuse a constant that other nodes use as well.
  ///   - assumingConstantInputs: take initializers that are graph inputs for constant.
  init(
    of value: Value.ID, by reader: Node.ID, as role: ParameterRole, in graph: Graph,
    isExclusive: Bool, assumingConstantInputs: Bool = false
  ) throws(SkipReason) {
    if graph.isOutput(value) { throw .isGraphOutput(role, graph[value].name) }
    let resolution: ConstantResolution
    do {
      resolution = try graph.constant(value, assumingConstantInputs: assumingConstantInputs)
    } catch {
      throw SkipReason(error, of: value, as: role, in: graph)
    }
    self.value = value
    tensor = resolution.tensor
    if isExclusive {
      try SharedConstant.check(value, tensor, readBy: reader, as: role, in: graph)
    }
    let isDirect = resolution.origin.identities.isEmpty
    origin =
      switch resolution.origin.storage {
      case .initializer: isDirect ? .initializer : .identity
      case .node: isDirect ? .constant : .identity
      case .computed: .computed
      }
    servants = Self.servants(of: value, in: graph)
    let ids = Set(servants.map(\.id))
    inputs = ([value] + servants.flatMap { $0.inputs.compactMap(\.self) }).filter { leaf in
      let consumers = graph.consumers(of: leaf)
      return graph.isOverridable(leaf)
        && (leaf == value ? consumers.count == 1 : consumers.allSatisfy(ids.contains))
    }
  }

  /// The nodes whose outputs only the one use of `value` and each other read.
  private static func servants(of value: Value.ID, in graph: Graph) -> [Node] {
    var servants: [Node] = []
    var ids: Set<Node.ID> = []
    var pending = [value]
    while let next = pending.popLast() {
      guard let producer = graph.producer(of: next), !ids.contains(producer.id) else { continue }
      let isPrivate = producer.outputs.compactMap(\.self).allSatisfy { output in
        let consumers = graph.consumers(of: output)
        return !graph.isOutput(output)
          && (output == value ? consumers.count == 1 : consumers.allSatisfy(ids.contains))
      }
      guard isPrivate else { continue }
      servants.append(producer)
      ids.insert(producer.id)
      pending += producer.inputs.compactMap(\.self)
    }
    return servants
  }
}

extension SkipReason {
  fileprivate init(
    _ failure: ConstantFailure, of value: Value.ID, as role: ParameterRole, in graph: Graph
  ) {
    let name = graph[value].name
    func made(by id: Node.ID, _ cause: (Name, OperatorType) -> NotConstant) -> SkipReason {
      .notConstant(role, name, cause(graph[id].name, graph[id].type))
    }
    switch failure {
    case .overridable(let leaf): self = .overridable(role, graph[leaf].name)
    case .input(let leaf): self = .notConstant(role, name, .input(graph[leaf].name))
    case .opaque(let leaf): self = .notConstant(role, name, .stored(graph[leaf].name))
    case .notConstant(let id):
      let node = graph[id]
      let isDequantized =
        node.type.isStandard && node.type.name == "DequantizeLinear"
        && node.input(0).map { (try? graph.constant($0)) != nil } ?? false
      self = isDequantized ? .quantized(role, name) : made(by: id, NotConstant.node)
    case .invalid(let id, _), .subgraphTooLarge(let id):
      self = made(by: id, NotConstant.subgraph)
    }
  }
}
