import ONNXFormat
import TensorCore
import Testing

/// Bytes written by hand from the wire format: a tag is `field << 3 | wireType`.
@Suite struct MalformedBytesTests {
  private func fault(_ bytes: [UInt8]) -> (offset: Int, fault: WireFault)? {
    do {
      _ = try ONNXDocument(MappedFile(TensorStorage(bytes), path: "x.onnx"))
      return nil
    } catch {
      guard case .malformed("x.onnx", let offset, let fault) = error else { return nil }
      return (offset, fault)
    }
  }

  @Test func `no bytes are no model`() {
    #expect(fault([])?.fault == .empty)
  }

  @Test func `an integer field alone is a well-formed model`() {
    #expect(fault([0x08, 0x07]) == nil)
  }

  @Test func `a graph longer than its file is truncated where its length stands`() {
    #expect(fault([0x08, 0x07, 0x3a, 0x05, 0x12])! == (3, .truncated))
  }

  @Test func `a varint of eleven bytes is too long`() {
    let bytes = [0x08] + [UInt8](repeating: 0x80, count: 10) + [0x01]
    #expect(fault(bytes)! == (1, .varintTooLong))
  }

  @Test(arguments: [[0x00, 0x01], [0x0b], [0x0c]] as [[UInt8]])
  func `field number 0 and groups are invalid tags`(bytes: [UInt8]) {
    #expect(fault(bytes)! == (0, .invalidTag))
  }

  @Test func `a name with NUL is refused`() {
    let expected = WireFault.stringWithNUL(message: "ModelProto", field: "producer_name")
    #expect(fault([0x12, 0x03, 0x61, 0x00, 0x62])! == (0, expected))
  }

  @Test func `a graph that is an integer is refused`() {
    let expected = WireFault.wireTypeMismatch(message: "ModelProto", field: "graph")
    #expect(fault([0x38, 0x01])! == (0, expected))
  }

  /// The model is depth 1 and its graph 2; each node-attribute-graph round adds 3.
  private func nested(rounds: Int) -> [UInt8] {
    var message: [UInt8] = []
    func wrap(_ field: UInt8) {
      var length = message.count
      var header = [field << 3 | 2]
      repeat {
        header.append(UInt8(length & 0x7f) | (length > 0x7f ? 0x80 : 0))
        length >>= 7
      } while length > 0
      message = header + message
    }
    for _ in 0..<rounds {
      wrap(6)
      wrap(5)
      wrap(1)
    }
    wrap(7)
    return message
  }

  @Test func `98 nested messages are accepted and 101 are not`() {
    #expect(fault(nested(rounds: 32)) == nil)
    #expect(fault(nested(rounds: 33))?.fault == .tooDeep)
    #expect(fault(nested(rounds: 20_000))?.fault == .tooDeep)
  }
}
