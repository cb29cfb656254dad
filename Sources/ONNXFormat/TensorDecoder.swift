import COnnx
import TensorCore

/// Reads tensor messages of a document; the bytes stay where they are wherever their layout allows.
struct TensorDecoder {
  let document: ONNXDocument

  /// Nil for tensors that have no dense form here: strings, segments, unknown element types.
  func decode(
    _ message: UnsafePointer<Onnx__TensorProto>
  ) throws(TensorProblem) -> Tensor? {
    guard let type = Self.readableType(message) else { return nil }
    let (shape, byteCount) = try Self.extents(message, type)
    return Tensor(
      elementType: type, shape: shape, storage: try storage(message, type, byteCount))
  }

  static func readableType(_ message: UnsafePointer<Onnx__TensorProto>) -> ElementType? {
    guard message.pointee.segment == nil,
      let type = ElementType(rawValue: message.pointee.data_type), type.bitWidth != nil
    else { return nil }
    return type
  }

  /// The extents, and the bytes that they and `type` ask for. Extents whose product overflows are
  /// refused even beside a 0, so that strides can be computed of every tensor.
  static func extents(
    _ message: UnsafePointer<Onnx__TensorProto>, _ type: ElementType
  ) throws(TensorProblem) -> (shape: [Int], byteCount: Int) {
    let shape = Messages.scalars(message.pointee.dims, message.pointee.n_dims).map(Int.init)
    if let negative = shape.first(where: { $0 < 0 }) { throw .negativeExtent(negative) }
    guard Shape.elementCount(shape.map { max(1, $0) }) != nil,
      let byteCount = Shape.elementCount(shape).flatMap(type.byteCount)
    else { throw .tooLarge(shape) }
    return (shape, byteCount)
  }

  static func isExternal(_ message: UnsafePointer<Onnx__TensorProto>) -> Bool {
    message.pointee.data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL
  }

  private func storage(
    _ message: UnsafePointer<Onnx__TensorProto>, _ type: ElementType, _ byteCount: Int
  ) throws(TensorProblem) -> TensorStorage {
    if Self.isExternal(message) {
      return try document.externalData.storage(of: message, byteCount: byteCount)
    }
    let raw = Messages.bytes(message.pointee.raw_data)
    // Some exporters write an empty `raw_data` beside a typed field.
    if message.pointee.has_raw_data != 0, !raw.isEmpty || byteCount == 0 {
      guard raw.count == byteCount else {
        throw .byteCount(found: raw.count, expected: byteCount)
      }
      return TensorStorage(borrowing: raw, from: document)
    }
    return try typedStorage(message.pointee, type, byteCount)
  }

  private func typedStorage(
    _ message: Onnx__TensorProto, _ type: ElementType, _ byteCount: Int
  ) throws(TensorProblem) -> TensorStorage {
    func borrowed<T>(_ start: UnsafeMutablePointer<T>?, _ count: Int) -> TensorStorage {
      TensorStorage(
        borrowing: UnsafeRawBufferPointer(Messages.scalars(start, count)), from: document)
    }
    guard let field = TypedField(type) else { throw .tooLarge([]) }
    let found =
      switch field {
      case .float: message.n_float_data
      case .int32: message.n_int32_data
      case .int64: message.n_int64_data
      case .double: message.n_double_data
      case .uint64: message.n_uint64_data
      }
    let expected = TypedField.entryCount(type, byteCount: byteCount)
    guard found == expected else {
      throw .elementCount(field: field.rawValue, found: found, expected: expected)
    }
    switch field {
    case .float: return borrowed(message.float_data, found)
    case .double: return borrowed(message.double_data, found)
    case .int64: return borrowed(message.int64_data, found)
    case .uint64 where type == .uint64: return borrowed(message.uint64_data, found)
    case .uint64:
      return try narrowed(Messages.scalars(message.uint64_data, found), UInt32.self, field)
    case .int32:
      let entries = Messages.scalars(message.int32_data, found)
      switch type {
      case .int32: return borrowed(message.int32_data, found)
      case .int16: return try narrowed(entries, Int16.self, field)
      case .uint16, .float16, .bfloat16: return try narrowed(entries, UInt16.self, field)
      case .int8: return try narrowed(entries, Int8.self, field)
      // Packed signed elements are written as signed bytes by some and as unsigned by others.
      case .int4 where entries.contains { $0 < 0 }, .int2 where entries.contains { $0 < 0 }:
        return try narrowed(entries, Int8.self, field)
      default: return try narrowed(entries, UInt8.self, field)
      }
    }
  }

  private func narrowed<Wide: FixedWidthInteger, Narrow: FixedWidthInteger & BitwiseCopyable>(
    _ entries: UnsafeBufferPointer<Wide>, _ type: Narrow.Type, _ field: TypedField
  ) throws(TensorProblem) -> TensorStorage {
    if let index = entries.firstIndex(where: { Narrow(exactly: $0) == nil }) {
      throw .elementOutOfRange(field: field.rawValue, index: index)
    }
    return TensorStorage(byteCount: entries.count * MemoryLayout<Narrow>.stride) { target in
      for (index, entry) in entries.enumerated() {
        target.storeBytes(
          of: Narrow(truncatingIfNeeded: entry),
          toByteOffset: index * MemoryLayout<Narrow>.stride, as: Narrow.self)
      }
    }
  }
}
