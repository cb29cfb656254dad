import COnnx
import NetworkIR
import OrderedCollections

/// Makes the messages of new nodes.
struct NodeEncoder {
  let arena: MessageArena
  let graph: Graph

  func message(_ node: Node) -> UnsafeMutablePointer<Onnx__NodeProto> {
    let inputs = node.inputs.map(name)
    let outputs = node.outputs.map(name)
    let attributes = AttributeEncoder(arena: arena).messages(node.attributes)
    let message = arena.make(onnx__node_proto__init)
    message.pointee.n_input = inputs.count
    message.pointee.input = arena.strings(inputs)
    message.pointee.n_output = outputs.count
    message.pointee.output = arena.strings(outputs)
    message.pointee.name = arena.optionalString(node.name)
    message.pointee.op_type = arena.string(node.type.name)
    message.pointee.domain = arena.optionalString(node.type.domain)
    message.pointee.overload = arena.optionalString(node.type.overload)
    message.pointee.n_attribute = attributes.count
    message.pointee.attribute = arena.list(attributes)
    message.pointee.n_metadata_props = node.metadata.count
    message.pointee.metadata_props = arena.list(node.metadata.map { arena.entry($0.key, $0.value) })
    return message
  }

  /// Absent optional values have the empty name.
  private func name(_ id: Value.ID?) -> Name { id.map { graph[$0].name } ?? "" }
}
