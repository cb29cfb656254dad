import NetworkIR
import OrderedCollections
import TensorCore

/// A constant as one node uses it: an initializer, or what a `Constant` node or a chain of
/// `Identity` nodes hands on.
///
/// PyTorch stores equal initializers once and feeds each further use through an `Identity` of its
/// own: those are separate parameters that happen to be equal. Two nodes that read the same value
/// are one parameter used twice.
struct ConstantUse {
  enum Origin: String, Codable {
    case initializer, constant, identity
  }

  /// What the node reads.
  let value: Value.ID
  let tensor: Tensor
  let origin: Origin
  /// The `Constant` and `Identity` nodes that serve this use alone, nearest first.
  let servants: [Node]

  /// - Parameter isExclusive: refuse a constant that other nodes use as well.
  init(
    of value: Value.ID, as role: ParameterRole, in graph: Graph, isExclusive: Bool
  ) throws(SkipReason) {
    let name = graph[value].name
    if graph.isOutput(value) { throw .isGraphOutput(role, name) }
    if isExclusive {
      let uses = Self.realUses(of: value, in: graph)
      if uses > 1 { throw .shared(role, name, uses: uses) }
    }
    self.value = value
    var servants: [Node] = []
    var current = value
    while true {
      if let initializer = graph.initializers[current] {
        if graph.isInput(current) { throw .overridable(role, name) }
        tensor = initializer.tensor
        origin = current == value ? .initializer : .identity
        break
      }
      guard let producer = graph.producer(of: current) else { throw .notConstant(role, name) }
      let isPrivate =
        graph.consumers(of: current).count == 1 && !graph.isOutput(current)
        && (servants.last?.input(0) ?? value) == current
      if isPrivate { servants.append(producer) }
      if case .constant(let constant) = producer.operator {
        tensor = constant.tensor
        origin = current == value ? .constant : .identity
        break
      }
      guard case .identity = producer.operator, let source = producer.input(0) else {
        throw .notConstant(role, name)
      }
      current = source
    }
    self.servants = servants
  }

  /// Uses of a value, those by which `Identity` hands it on left out.
  private static func realUses(of value: Value.ID, in graph: Graph) -> Int {
    graph.consumers(of: value).count { user in
      if case .identity = graph[user].operator { false } else { true }
    }
  }
}
