import COnnx
import NetworkIR
import OrderedCollections

/// Makes the attribute messages of new nodes.
struct AttributeEncoder {
  let arena: MessageArena

  func messages(
    _ attributes: Attributes
  ) -> [UnsafeMutablePointer<Onnx__AttributeProto>] {
    attributes.map { message($0.key, $0.value) }
  }

  private func message(
    _ name: Name, _ value: AttributeValue
  ) -> UnsafeMutablePointer<Onnx__AttributeProto> {
    if case .opaque(let bytes) = value, let message = unpacked(bytes) {
      message.pointee.name = arena.string(name)
      return message
    }
    let message = arena.make(onnx__attribute_proto__init)
    message.pointee.name = arena.string(name)
    message.pointee.has_type = 1
    message.pointee.type = fill(&message.pointee, value)
    return message
  }

  private func fill(
    _ message: inout Onnx__AttributeProto, _ value: AttributeValue
  ) -> Onnx__AttributeProto__AttributeType {
    switch value {
    case .float(let element):
      message.has_f = 1
      message.f = element
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT
    case .int(let element):
      message.has_i = 1
      message.i = element
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT
    case .string(let bytes):
      message.has_s = 1
      message.s = arena.data(bytes)
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING
    case .tensor(let tensor):
      message.t = TensorEncoder(arena: arena).message(tensor, name: "")
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR
    case .floats(let elements):
      message.n_floats = elements.count
      message.floats = arena.array(elements)
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS
    case .ints(let elements):
      message.n_ints = elements.count
      message.ints = arena.array(elements)
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS
    case .strings(let elements):
      message.n_strings = elements.count
      message.strings = arena.array(elements.map(arena.data))
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS
    case .opaque:
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__UNDEFINED
    }
  }

  /// Opaque attributes hold a serialized message.
  private func unpacked(_ bytes: [UInt8]) -> UnsafeMutablePointer<Onnx__AttributeProto>? {
    arena.withAllocator { onnx__attribute_proto__unpack($0, bytes.count, bytes) }
  }
}
