import NetworkIR
import OrderedCollections
import TensorCore

/// Other tensors for constants of a graph, under the names and in the way in which it holds them.
///
/// An initializer stays one, a `Constant` node too. What `Identity` or a small subgraph hands on
/// becomes an initializer of the same name, for the constant that it was shared with may be another
/// now.
struct ConstantReplacement {
  private let graph: Graph
  private var tensors: OrderedDictionary<Value.ID, Tensor> = [:]

  init(_ graph: Graph) {
    self.graph = graph
  }

  /// Throws where two nodes that share the constant ask for different ones.
  mutating func replace(
    _ value: Value.ID, with tensor: Tensor
  ) throws(LikenessDifference) {
    if let known = tensors[value], known != tensor {
      throw .sharedConstant(graph[value].name)
    }
    tensors[value] = tensor
  }

  func apply(to graph: inout Graph) throws(PatchError) {
    let changed = Set(
      tensors.compactMap { value, tensor in
        graph.initializer(value).flatMap { $0.tensor == tensor ? nil : value }
      })
    for (value, tensor) in tensors where self.graph.initializer(value) == nil {
      // What other nodes read directly may be what this one was made from.
      let held = try? self.graph.constant(value, assumingConstantInputs: true).tensor
      guard held != tensor || !changed.isDisjoint(with: sources(of: value)) else { continue }
      try graph.apply(patch(value, tensor, in: graph))
    }
    var patch = GraphPatch()
    for value in tensors.keys where changed.contains(value) {
      if let tensor = tensors[value] { patch.replaceInitializer(value, with: tensor) }
    }
    if !patch.isEmpty { try graph.apply(patch) }
  }

  /// The initializers that a constant is made from.
  private func sources(of value: Value.ID) -> Set<Value.ID> {
    var sources: Set<Value.ID> = []
    var pending = [value]
    var seen: Set<Node.ID> = []
    while let next = pending.popLast() {
      if graph.initializer(next) != nil { sources.insert(next) }
      guard let producer = graph.producer(of: next), seen.insert(producer.id).inserted else {
        continue
      }
      pending += producer.inputs.compactMap(\.self)
    }
    return sources
  }

  private func patch(_ value: Value.ID, _ tensor: Tensor, in graph: Graph) -> GraphPatch {
    var patch = GraphPatch()
    guard let producer = graph.producer(of: value) else { return patch }
    patch.remove(producer.id)
    if case .constant = producer.operator {
      let outputs = patch.addNode(
        name: producer.name, type: producer.type, attributes: ["value": .tensor(tensor)],
        inputs: [], outputs: [graph[value].name], metadata: producer.metadata)
      if let output = outputs[0] { patch.shunt(value, to: output) }
      return patch
    }
    let use = graph.consumers(of: value).first.flatMap { reader in
      try? ConstantUse(of: value, by: reader, as: .weight, in: graph, isExclusive: false)
    }
    for servant in use?.servants ?? [] { patch.remove(servant.id) }
    patch.shunt(value, to: patch.addInitializer(graph[value].name, tensor))
    return patch
  }
}
