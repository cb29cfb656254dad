import COnnx

/// Walks message trees by their descriptors.
enum MessageTree {
  typealias Pointer = UnsafeMutablePointer<ProtobufCMessage>

  /// All tensors of a model, in the order of the file. Recurses as deep as messages nest, which
  /// the scan has bounded.
  static func tensors(
    below model: UnsafeMutablePointer<Onnx__ModelProto>
  ) -> [UnsafeMutablePointer<Onnx__TensorProto>] {
    var found: [UnsafeMutablePointer<Onnx__TensorProto>] = []
    collect(UnsafeMutableRawPointer(model).assumingMemoryBound(to: ProtobufCMessage.self), &found)
    return found
  }

  private static func collect(
    _ message: Pointer, _ found: inout [UnsafeMutablePointer<Onnx__TensorProto>]
  ) {
    guard let descriptor = message.pointee.descriptor else { return }
    if descriptor == Descriptors.tensor {
      found.append(
        UnsafeMutableRawPointer(message).assumingMemoryBound(to: Onnx__TensorProto.self))
      return
    }
    for index in 0..<Int(descriptor.pointee.n_fields) {
      let field = descriptor.pointee.fields[index]
      guard field.type == PROTOBUF_C_TYPE_MESSAGE else { continue }
      for child in children(of: message, field) { collect(child, &found) }
    }
  }

  /// The messages that a field holds.
  static func children(of message: Pointer, _ field: ProtobufCFieldDescriptor) -> [Pointer] {
    let memory = UnsafeMutableRawPointer(message)
    let value = memory + Int(field.offset)
    if field.label == PROTOBUF_C_LABEL_REPEATED {
      let count = (memory + Int(field.quantifier_offset)).load(as: Int.self)
      return Messages.list(value.load(as: UnsafeMutablePointer<Pointer?>?.self), count)
    }
    let isOneof = field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue != 0
    if isOneof, (memory + Int(field.quantifier_offset)).load(as: UInt32.self) != field.id {
      return []
    }
    return value.load(as: Pointer?.self).map { [$0] } ?? []
  }
}
