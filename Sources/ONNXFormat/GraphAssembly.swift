import COnnx
import NetworkIR
import OrderedCollections
import TensorCore

/// Rearranges the messages of a graph so that they are those of an IR graph.
///
/// An entity with an origin keeps its message; others get new ones. What the IR doesn't model
/// stays as it is.
struct GraphAssembly {
  let arena: MessageArena
  let graph: Graph
  let irVersion: Int
  /// True until something differs from the document.
  private(set) var isUntouched = true
  /// Initializers whose elements are not, or no longer, those of the document.
  private(set) var changed: [(message: UnsafeMutablePointer<Onnx__TensorProto>, tensor: Tensor)] =
    []

  init(_ graph: Graph, irVersion: Int, arena: MessageArena) {
    self.arena = arena
    self.graph = graph
    self.irVersion = irVersion
  }

  mutating func assemble(_ message: UnsafeMutablePointer<Onnx__GraphProto>) {
    let old = message.pointee
    let defined = definedNames(old)
    let inputs = Messages.list(old.input, old.n_input)
    // What a pass removed is not declared any more; what never was defined here stays.
    let kept = graph.valueInfo.filter {
      graph.isLive($0.value) || !defined.contains(graph[$0.value].name)
    }
    replace(
      &message.pointee.node, &message.pointee.n_node,
      with: nodes(Messages.list(old.node, old.n_node)))
    replace(
      &message.pointee.initializer, &message.pointee.n_initializer,
      with: initializers(Messages.list(old.initializer, old.n_initializer)))
    replace(
      &message.pointee.input, &message.pointee.n_input,
      with: ports(graph.inputs, inputs) + missingInputs())
    replace(
      &message.pointee.output, &message.pointee.n_output,
      with: ports(graph.outputs, Messages.list(old.output, old.n_output)))
    replace(
      &message.pointee.value_info, &message.pointee.n_value_info,
      with: ports(kept, Messages.list(old.value_info, old.n_value_info)))
  }

  /// Replaces a repeated field, where that changes it.
  private mutating func replace<Message>(
    _ field: inout UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, _ count: inout Int,
    with messages: [UnsafeMutablePointer<Message>]
  ) {
    guard messages != Messages.list(field, count) else { return }
    isUntouched = false
    field = arena.list(messages)
    count = messages.count
  }

  private func definedNames(_ message: Onnx__GraphProto) -> Set<Name> {
    var names: Set<Name> = []
    for node in Messages.list(message.node, message.n_node) {
      names.formUnion(Messages.names(node.pointee.output, node.pointee.n_output))
    }
    for initializer in Messages.list(message.initializer, message.n_initializer) {
      names.insert(Name(initializer.pointee.name))
    }
    return names
  }

  private func nodes(
    _ old: [UnsafeMutablePointer<Onnx__NodeProto>]
  ) -> [UnsafeMutablePointer<Onnx__NodeProto>] {
    graph.nodes.map { node in
      if let origin = node.origin, old.indices.contains(origin),
        Name(old[origin].pointee.name) == node.name
      {
        return old[origin]
      }
      return NodeEncoder(arena: arena, graph: graph).message(node)
    }
  }

  /// Tensors that the IR doesn't hold keep their place among the others.
  private mutating func initializers(
    _ old: [UnsafeMutablePointer<Onnx__TensorProto>]
  ) -> [UnsafeMutablePointer<Onnx__TensorProto>] {
    var opaque = old.indices.filter { TensorDecoder.readableType(old[$0]) == nil }[...]
    var result: [UnsafeMutablePointer<Onnx__TensorProto>] = []
    let encoder = TensorEncoder(arena: arena)
    for (id, initializer) in graph.initializers {
      let name = graph[id].name
      guard let origin = initializer.origin, old.indices.contains(origin),
        Name(old[origin].pointee.name) == name
      else {
        let message = encoder.message(initializer.tensor, name: name)
        changed.append((message, initializer.tensor))
        result.append(message)
        continue
      }
      while let first = opaque.first, first < origin {
        result.append(old[first])
        opaque.removeFirst()
      }
      if initializer.isModified {
        isUntouched = false
        encoder.replace(old[origin], with: initializer.tensor)
        changed.append((old[origin], initializer.tensor))
      }
      result.append(old[origin])
    }
    return result + opaque.map { old[$0] }
  }

  private func ports(
    _ ports: [Graph.Port], _ old: [UnsafeMutablePointer<Onnx__ValueInfoProto>]
  ) -> [UnsafeMutablePointer<Onnx__ValueInfoProto>] {
    ports.map { port in
      let value = graph[port.value]
      if let origin = port.origin, old.indices.contains(origin),
        Name(old[origin].pointee.name) == value.name
      {
        return old[origin]
      }
      return declaration(value.name, value.declaredType)
    }
  }

  private func declaration(
    _ name: Name, _ type: ValueType?
  ) -> UnsafeMutablePointer<Onnx__ValueInfoProto> {
    let message = arena.make(onnx__value_info_proto__init)
    message.pointee.name = arena.string(name)
    message.pointee.type = type?.message(in: arena)
    return message
  }

  /// Before IR version 4 every initializer is an input too; new ones have to become one.
  private func missingInputs() -> [UnsafeMutablePointer<Onnx__ValueInfoProto>] {
    guard irVersion < 4 else { return [] }
    return graph.initializers.compactMap { id, initializer in
      guard initializer.origin == nil, !graph.isInput(id) else { return nil }
      let type = ValueType(initializer.tensor.elementType, shape: initializer.tensor.shape)
      return declaration(graph[id].name, type)
    }
  }
}
