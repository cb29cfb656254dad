import COnnx

/// Packs message trees.
enum PackedMessage {
  /// The wire form of a generated message.
  static func bytes<Message>(of message: UnsafePointer<Message>) -> [UInt8] {
    let base = UnsafeRawPointer(message).assumingMemoryBound(to: ProtobufCMessage.self)
    let size = protobuf_c_message_get_packed_size(base)
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = buffer.baseAddress.map { protobuf_c_message_pack(base, $0) } ?? 0
    }
  }
}
