import ONNXFormat
import NetworkIR
import TensorCore

/// Messages put together by hand from the wire format: a tag is `field << 3 | wireType`.
enum Wire {
  static func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    repeat {
      bytes.append(UInt8(rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
      rest >>= 7
    } while rest > 0
    return bytes
  }

  static func field(_ number: UInt64, _ content: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(content.count)) + content
  }

  static func field(_ number: UInt64, _ text: String) -> [UInt8] {
    field(number, Array(text.utf8))
  }

  static func field(_ number: UInt64, integer: Int) -> [UInt8] {
    varint(number << 3) + varint(UInt64(bitPattern: Int64(integer)))
  }

  /// A tensor of the given extents (field 1), type (2) and data fields, and then its name (8).
  static func tensor(
    _ name: String, _ type: ElementType, _ extents: [Int], before: [UInt8] = [],
    after: [UInt8] = []
  ) -> [UInt8] {
    extents.flatMap { field(1, integer: $0) } + field(2, integer: Int(type.rawValue)) + before
      + field(8, name) + after
  }

  static func entry(_ field: UInt64, _ key: String, _ value: String) -> [UInt8] {
    Wire.field(field, Wire.field(1, key) + Wire.field(2, value))
  }

  static func node(_ type: String, _ inputs: [String], _ outputs: [String]) -> [UInt8] {
    field(
      1,
      inputs.flatMap { field(1, $0) } + outputs.flatMap { field(2, $0) } + field(3, "n_\(type)")
        + field(4, type))
  }

  /// A model of IR version 8 and opset 17 around a graph's fields.
  static func model(_ graph: [UInt8], irVersion: Int = 8, after: [UInt8] = []) -> [UInt8] {
    field(1, integer: irVersion) + field(7, graph)
      + field(8, field(1, "") + field(2, integer: 17)) + after
  }

  static func read(_ bytes: [UInt8]) throws(ONNXError) -> Model {
    try ONNXFile.read(MappedFile(TensorStorage(bytes), path: "x.onnx"))
  }
}
