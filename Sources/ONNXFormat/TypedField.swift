import TensorCore

/// The field that holds a tensor's elements where `raw_data` doesn't.
///
/// Source: onnx.proto, the comments on `TensorProto`'s data fields.
enum TypedField: String {
  case float = "float_data"
  case int32 = "int32_data"
  case int64 = "int64_data"
  case double = "double_data"
  case uint64 = "uint64_data"

  /// Nil for types that have no raw form.
  init?(_ type: ElementType) {
    switch type {
    case .float, .complex64: self = .float
    case .double, .complex128: self = .double
    case .int64: self = .int64
    case .uint32, .uint64: self = .uint64
    case .undefined, .string: return nil
    default: self = .int32
    }
  }

  /// Entries of the field for a tensor of so many bytes: complex numbers take two, types of less
  /// than a byte are packed into bytes, one byte an entry.
  static func entryCount(_ type: ElementType, byteCount: Int) -> Int {
    switch type {
    case .complex64: byteCount / 4
    case .complex128: byteCount / 8
    default: byteCount / max(1, (type.bitWidth ?? 8) / 8)
    }
  }
}
