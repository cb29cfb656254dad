import COnnx
import TensorCore

/// Gives out the wire form of a message piece by piece, so that a large model is never in memory
/// twice: tensors go from where they lie straight to the file.
///
/// The bytes are those that packing gives: fields by number, then the unknown ones.
struct MessageStream {
  typealias Message = UnsafeMutablePointer<ProtobufCMessage>

  /// Messages up to this many bytes are packed whole.
  private static let pieceSize = 1 << 12

  let arena: MessageArena
  let emit: (UnsafeRawBufferPointer) throws(FileError) -> Void

  func write(_ message: Message) throws(FileError) {
    guard protobuf_c_message_get_packed_size(message) > Self.pieceSize,
      let descriptor = message.pointee.descriptor
    else { return try pack(message) }
    for index in 0..<Int(descriptor.pointee.n_fields) {
      let field = descriptor.pointee.fields[index]
      switch field.type {
      case PROTOBUF_C_TYPE_MESSAGE:
        for child in MessageTree.children(of: message, field) {
          try header(field.id, length: protobuf_c_message_get_packed_size(child))
          try write(child)
        }
      case PROTOBUF_C_TYPE_BYTES where field.label == PROTOBUF_C_LABEL_OPTIONAL:
        let memory = UnsafeRawPointer(message)
        let isSet = (memory + Int(field.quantifier_offset)).load(as: protobuf_c_boolean.self)
        guard isSet != 0 else { continue }
        let data = (memory + Int(field.offset)).load(as: ProtobufCBinaryData.self)
        try header(field.id, length: data.len)
        if let storage = arena.storage(behind: data.data) {
          try storage.forEachPiece(emit)
        } else {
          try emit(Messages.bytes(data))
        }
      default:
        try part(of: message, descriptor) { blank in
          Self.copy(field, from: message, to: blank)
        }
      }
    }
    try part(of: message, descriptor) { blank in
      blank.pointee.n_unknown_fields = message.pointee.n_unknown_fields
      blank.pointee.unknown_fields = message.pointee.unknown_fields
    }
  }

  private func pack(_ message: Message) throws(FileError) {
    try PackedMessage.bytes(of: message).withUnsafeBufferPointer { (bytes) throws(FileError) in
      try emit(UnsafeRawBufferPointer(bytes))
    }
  }

  private func header(_ field: UInt32, length: Int) throws(FileError) {
    var bytes: [UInt8] = []
    for value in [UInt64(field) << 3 | UInt64(WireType.lengthPrefixed.rawValue), UInt64(length)] {
      var rest = value
      while rest > 0x7f {
        bytes.append(UInt8(rest & 0x7f) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }
    try bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in
      try emit(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Packs a message of the same type that has nothing but what `fill` gives it.
  private func part(
    of message: Message, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>,
    fill: (Message) -> Void
  ) throws(FileError) {
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: descriptor.pointee.sizeof_message, alignment: 16)
    defer { memory.deallocate() }
    let blank = memory.assumingMemoryBound(to: ProtobufCMessage.self)
    protobuf_c_message_init(descriptor, blank)
    fill(blank)
    try pack(blank)
  }

  /// Copies a field's value, and its count, presence or case.
  private static func copy(
    _ field: ProtobufCFieldDescriptor, from message: Message, to blank: Message
  ) {
    let isRepeated = field.label == PROTOBUF_C_LABEL_REPEATED
    let width =
      switch field.type {
      case _ where isRepeated: MemoryLayout<UnsafeRawPointer>.size
      case PROTOBUF_C_TYPE_STRING: MemoryLayout<UnsafeRawPointer>.size
      case PROTOBUF_C_TYPE_INT64, PROTOBUF_C_TYPE_UINT64, PROTOBUF_C_TYPE_DOUBLE,
        PROTOBUF_C_TYPE_SINT64, PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64:
        8
      default: 4
      }
    let source = UnsafeRawPointer(message)
    let target = UnsafeMutableRawPointer(blank)
    (target + Int(field.offset)).copyMemory(from: source + Int(field.offset), byteCount: width)
    // Optional strings have neither; offset 0 is the descriptor's.
    guard field.quantifier_offset > 0 else { return }
    let offset = Int(field.quantifier_offset)
    (target + offset).copyMemory(
      from: source + offset, byteCount: isRepeated ? MemoryLayout<Int>.size : 4)
  }
}
