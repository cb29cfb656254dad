import COnnx

/// Packs message trees.
enum PackedMessage {
  static func bytes(of model: UnsafePointer<Onnx__ModelProto>) -> [UInt8] {
    let size = onnx__model_proto__get_packed_size(model)
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = buffer.baseAddress.map { onnx__model_proto__pack(model, $0) } ?? 0
    }
  }
}
