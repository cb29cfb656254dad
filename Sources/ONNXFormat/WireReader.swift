/// How a field's content is laid out; groups, which the format never used, are not among them.
enum WireType: UInt8 {
  case varint = 0
  case fixed64 = 1
  case lengthPrefixed = 2
  case fixed32 = 5
}

extension WireScan {
  /// A cursor over wire bytes that never leaves the bounds it is given.
  struct Reader {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    /// Reads a tag: a field number in 1..<2^29 and a wire type.
    mutating func tag(before end: Int) throws(Fault) -> (field: UInt32, wireType: WireType) {
      let start = offset
      let tag = try varint(before: end, maximumWidth: 5)
      guard tag <= UInt32.max, tag >> 3 > 0, let wireType = WireType(rawValue: UInt8(tag & 7))
      else { throw Fault(offset: start, fault: .invalidTag) }
      return (UInt32(tag >> 3), wireType)
    }

    /// Reads a length and checks that so many bytes follow.
    mutating func length(
      before end: Int
    ) throws(Fault) -> (value: Int, offset: Int, width: Int) {
      let start = offset
      let value = try varint(before: end, maximumWidth: 5)
      guard value <= Int32.max else { throw Fault(offset: start, fault: .tooLong) }
      guard Int(value) <= end - offset else { throw Fault(offset: start, fault: .truncated) }
      return (Int(value), start, offset - start)
    }

    /// Steps over the content of a field that is not length-prefixed.
    mutating func skip(_ wireType: WireType, before end: Int) throws(Fault) {
      switch wireType {
      case .varint: _ = try varint(before: end, maximumWidth: 10)
      case .fixed32: try advance(4, before: end)
      case .fixed64: try advance(8, before: end)
      case .lengthPrefixed: try advance(length(before: end).value, before: end)
      }
    }

    private mutating func advance(_ count: Int, before end: Int) throws(Fault) {
      guard count <= end - offset else { throw Fault(offset: offset, fault: .truncated) }
      offset += count
    }

    private mutating func varint(before end: Int, maximumWidth: Int) throws(Fault) -> UInt64 {
      let start = offset
      var value: UInt64 = 0
      for index in 0..<maximumWidth {
        guard offset < end else { throw Fault(offset: start, fault: .truncated) }
        let byte = bytes[offset]
        offset += 1
        value |= UInt64(byte & 0x7f) << UInt64(7 * index)
        if byte < 0x80 { return value }
      }
      throw Fault(offset: start, fault: .varintTooLong)
    }
  }
}
