import COnnx
import NetworkIR
import OrderedCollections

/// Reads the attributes of a node.
struct AttributeDecoder {
  let tensors: TensorDecoder

  func decode(
    _ messages: [UnsafeMutablePointer<Onnx__AttributeProto>]
  ) throws(NodeProblem) -> Attributes {
    var attributes: Attributes = [:]
    for message in messages {
      let name = Name(message.pointee.name)
      guard attributes.updateValue(try decode(message), forKey: name) == nil else {
        throw .duplicateAttribute(name)
      }
    }
    return attributes
  }

  private func decode(
    _ message: UnsafeMutablePointer<Onnx__AttributeProto>
  ) throws(NodeProblem) -> AttributeValue {
    let attribute = message.pointee
    // Inside of functions an attribute may refer to one of the call's.
    guard Name(attribute.ref_attr_name).isEmpty else { return opaque(message) }
    switch attribute.type {
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT: return .float(attribute.f)
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT: return .int(attribute.i)
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING:
      return .string(Array(Messages.bytes(attribute.s)))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS:
      return .floats(Array(Messages.scalars(attribute.floats, attribute.n_floats)))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS:
      return .ints(Array(Messages.scalars(attribute.ints, attribute.n_ints)))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS:
      let strings = Messages.scalars(attribute.strings, attribute.n_strings)
      return .strings(strings.map { Array(Messages.bytes($0)) })
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR:
      guard let tensor = attribute.t else { return opaque(message) }
      do {
        return try tensors.decode(tensor).map(AttributeValue.tensor) ?? opaque(message)
      } catch { throw .tensor(attribute: Name(attribute.name), error) }
    default: return opaque(message)
    }
  }

  private func opaque(_ message: UnsafeMutablePointer<Onnx__AttributeProto>) -> AttributeValue {
    .opaque(PackedMessage.bytes(of: message))
  }
}
