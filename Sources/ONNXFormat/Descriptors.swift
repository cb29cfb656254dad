import COnnx

/// The addresses of message descriptors, which are constants of the generated code.
///
/// An initialized message is asked for its descriptor, because Swift may copy an imported C
/// constant, and the unpacker compares addresses.
enum Descriptors {
  nonisolated(unsafe) static let model: UnsafePointer<ProtobufCMessageDescriptor> = {
    var message = Onnx__ModelProto()
    onnx__model_proto__init(&message)
    return message.base.descriptor
  }()

  nonisolated(unsafe) static let tensor: UnsafePointer<ProtobufCMessageDescriptor> = {
    var message = Onnx__TensorProto()
    onnx__tensor_proto__init(&message)
    return message.base.descriptor
  }()
}
