import COnnx
import Foundation

/// One pass over the wire format of a model, before any of it is unpacked.
///
/// The unpacker recurses without a limit, stops strings at NUL and copies every payload. So this
/// pass, without recursion, checks nesting, lengths, varints, wire types and strings, and notes
/// every `raw_data` of at least `markerSize` bytes, so that `skeleton(of:)` can leave it out.
struct WireScan {
  /// Nesting that is accepted, the top message included: the format's customary limit.
  static let maximumDepth = 100
  /// Bytes that stand for a noted payload in the skeleton: its index, little-endian.
  static let markerSize = 8

  /// The payloads of `raw_data` that the skeleton leaves out, in file order.
  private(set) var payloads: [Range<Int>] = []
  /// Lengths to rewrite in the skeleton: where, in how many bytes, and to what.
  private var lengths: [(offset: Int, width: Int, value: Int)] = []

  /// Scans `bytes` as a message of type `descriptor`; throws `Fault`.
  init(
    _ bytes: UnsafeRawBufferPointer,
    as descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) throws(Fault) {
    var reader = Reader(bytes: bytes)
    var frames = [Frame(descriptor: descriptor, end: bytes.count)]
    var removed = 0
    while let frame = frames.last {
      if reader.offset == frame.end {
        frames.removeLast()
        if removed > frame.removedBefore, let length = frame.length {
          let value = frame.end - frame.start - (removed - frame.removedBefore)
          lengths.append((length.offset - frame.removedBefore, length.width, value))
        }
        continue
      }
      let start = reader.offset
      let (field, wireType) = try reader.tag(before: frame.end)
      let known = protobuf_c_message_descriptor_get_field(frame.descriptor, field)
      if let known { try Self.check(known, wireType, in: frame.descriptor, at: start) }
      guard wireType == .lengthPrefixed else {
        try reader.skip(wireType, before: frame.end)
        continue
      }
      let length = try reader.length(before: frame.end)
      let content = reader.offset..<reader.offset + length.value
      guard let known else {
        reader.offset = content.upperBound
        continue
      }
      switch known.pointee.type {
      case PROTOBUF_C_TYPE_MESSAGE:
        guard frames.count < Self.maximumDepth, let inner = known.pointee.descriptor else {
          throw Fault(offset: start, fault: .tooDeep)
        }
        frames.append(
          Frame(
            descriptor: inner.assumingMemoryBound(to: ProtobufCMessageDescriptor.self),
            start: content.lowerBound, end: content.upperBound,
            length: (length.offset, length.width), removedBefore: removed))
        continue
      case PROTOBUF_C_TYPE_STRING:
        let text = UnsafeRawBufferPointer(rebasing: bytes[content])
        if let base = text.baseAddress, memchr(base, 0, text.count) != nil {
          let (message, field) = Self.names(frame.descriptor, known)
          throw Fault(offset: start, fault: .stringWithNUL(message: message, field: field))
        }
      case PROTOBUF_C_TYPE_BYTES
      where content.count >= Self.markerSize && Self.isRawData(known, of: frame.descriptor):
        payloads.append(content)
        lengths.append((length.offset - removed, length.width, Self.markerSize))
        removed += content.count - Self.markerSize
      default:
        break
      }
      reader.offset = content.upperBound
    }
  }

  /// The scanned bytes with a marker in place of each noted payload, as long as needed and no more.
  ///
  /// A rewritten length keeps its width, padded as a varint may be, so that nothing else moves.
  func skeleton(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(
      bytes.count - payloads.reduce(0) { $0 + $1.count - Self.markerSize })
    var position = 0
    for (index, payload) in payloads.enumerated() {
      result.append(contentsOf: bytes[position..<payload.lowerBound])
      withUnsafeBytes(of: UInt64(index).littleEndian) { result.append(contentsOf: $0) }
      position = payload.upperBound
    }
    result.append(contentsOf: bytes[position...])
    for length in lengths {
      for byte in 0..<length.width {
        let more: UInt8 = byte < length.width - 1 ? 0x80 : 0
        result[length.offset + byte] = UInt8(length.value >> (7 * byte) & 0x7f) | more
      }
    }
    return result
  }

  private static func isRawData(
    _ field: UnsafePointer<ProtobufCFieldDescriptor>,
    of descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) -> Bool {
    descriptor == Descriptors.tensor && field.pointee.id == 9
  }

  private static func check(
    _ field: UnsafePointer<ProtobufCFieldDescriptor>, _ wireType: WireType,
    in descriptor: UnsafePointer<ProtobufCMessageDescriptor>, at offset: Int
  ) throws(Fault) {
    let declared: WireType =
      switch field.pointee.type {
      case PROTOBUF_C_TYPE_STRING, PROTOBUF_C_TYPE_BYTES, PROTOBUF_C_TYPE_MESSAGE: .lengthPrefixed
      case PROTOBUF_C_TYPE_FLOAT, PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_SFIXED32: .fixed32
      case PROTOBUF_C_TYPE_DOUBLE, PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64: .fixed64
      default: .varint
      }
    let isRepeated = field.pointee.label == PROTOBUF_C_LABEL_REPEATED
    guard wireType == declared || (isRepeated && wireType == .lengthPrefixed) else {
      let (message, field) = names(descriptor, field)
      throw Fault(offset: offset, fault: .wireTypeMismatch(message: message, field: field))
    }
  }

  private static func names(
    _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>,
    _ field: UnsafePointer<ProtobufCFieldDescriptor>
  ) -> (message: String, field: String) {
    (String(cString: descriptor.pointee.short_name), String(cString: field.pointee.name))
  }
}

extension WireScan {
  /// What is wrong, and where.
  struct Fault: Error {
    let offset: Int
    let fault: WireFault
  }

  private struct Frame {
    let descriptor: UnsafePointer<ProtobufCMessageDescriptor>
    var start = 0
    let end: Int
    var length: (offset: Int, width: Int)?
    var removedBefore = 0
  }
}
