import NetworkIR
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

  /// - Parameter isExclusive: refuse a constant that other nodes use as well.
  init(
    of value: Value.ID, as role: ParameterRole, in graph: Graph, isExclusive: Bool
  ) throws(SkipReason) {
    let name = graph[value].name
    if graph.isOutput(value) { throw .isGraphOutput(role, name) }
    let resolution: ConstantResolution
    do { resolution = try graph.constant(value) } catch .overridable {
      throw .overridable(role, name)
    } catch {
      throw .notConstant(role, name)
    }
    if isExclusive {
      let uses = Self.realUses(of: value, in: graph)
      if uses > 1 { throw .shared(role, name, uses: uses) }
    }
    self.value = value
    tensor = resolution.tensor
    let isDirect = resolution.origin.identities.isEmpty
    origin =
      switch resolution.origin.storage {
      case .initializer: isDirect ? .initializer : .identity
      case .node: isDirect ? .constant : .identity
      case .computed: .computed
      }
    servants = Self.servants(of: value, in: graph)
  }

  /// Uses of a value, those by which `Identity` hands it on left out.
  private static func realUses(of value: Value.ID, in graph: Graph) -> Int {
    graph.consumers(of: value).count { user in
      if case .identity = graph[user].operator { false } else { true }
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
