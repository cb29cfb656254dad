import COnnx
import NetworkIR
import TensorCore

/// Makes tensor messages, or gives an existing one other elements.
///
/// `raw_data` points into the tensors' storage, so these must outlive the arena's messages; bytes
/// that are made when they are read have a place of the arena stand for them.
struct TensorEncoder {
  let arena: MessageArena

  /// A new message, with its elements in `raw_data`.
  func message(_ tensor: Tensor, name: Name) -> UnsafeMutablePointer<Onnx__TensorProto> {
    let message = arena.make(onnx__tensor_proto__init)
    message.pointee.name = arena.optionalString(name)
    setExtents(tensor, of: message)
    setRaw(tensor.storage, of: message)
    return message
  }

  /// Replaces the elements, and leaves everything else and the way of storage as they are. External
  /// tensors only change their extents here; see `ExternalLayout`.
  func replace(_ message: UnsafeMutablePointer<Onnx__TensorProto>, with tensor: Tensor) {
    let isTyped = message.pointee.has_raw_data == 0
    let isSameType = message.pointee.data_type == tensor.elementType.rawValue
    setExtents(tensor, of: message)
    guard !TensorDecoder.isExternal(message) else { return }
    clear(message)
    if isTyped, isSameType, tensor.elementCount > 0, let field = TypedField(tensor.elementType) {
      setEntries(tensor, field, of: message)
    } else {
      setRaw(tensor.storage, of: message)
    }
  }

  func setRaw(_ storage: TensorStorage, of message: UnsafeMutablePointer<Onnx__TensorProto>) {
    message.pointee.has_raw_data = 1
    guard storage.isKept else {
      message.pointee.raw_data = ProtobufCBinaryData(
        len: storage.count, data: arena.standIn(for: storage))
      return
    }
    message.pointee.raw_data = storage.withBytes { bytes in
      ProtobufCBinaryData(
        len: bytes.count,
        data: UnsafeMutablePointer(
          mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)))
    }
  }

  private func setExtents(_ tensor: Tensor, of message: UnsafeMutablePointer<Onnx__TensorProto>) {
    message.pointee.n_dims = tensor.shape.count
    message.pointee.dims = arena.array(tensor.shape.map(Int64.init))
    message.pointee.has_data_type = 1
    message.pointee.data_type = tensor.elementType.rawValue
  }

  private func clear(_ message: UnsafeMutablePointer<Onnx__TensorProto>) {
    message.pointee.has_raw_data = 0
    message.pointee.raw_data = ProtobufCBinaryData()
    message.pointee.n_float_data = 0
    message.pointee.n_int32_data = 0
    message.pointee.n_int64_data = 0
    message.pointee.n_double_data = 0
    message.pointee.n_uint64_data = 0
  }

  private func setEntries(
    _ tensor: Tensor, _ field: TypedField, of message: UnsafeMutablePointer<Onnx__TensorProto>
  ) {
    let type = tensor.elementType
    switch field {
    case .float:
      (message.pointee.float_data, message.pointee.n_float_data) = entries(tensor, Float.self)
    case .double:
      (message.pointee.double_data, message.pointee.n_double_data) = entries(tensor, Double.self)
    case .int64:
      (message.pointee.int64_data, message.pointee.n_int64_data) = entries(tensor, Int64.self)
    case .uint64:
      (message.pointee.uint64_data, message.pointee.n_uint64_data) =
        type == .uint64 ? entries(tensor, UInt64.self) : widened(tensor, UInt32.self)
    case .int32:
      (message.pointee.int32_data, message.pointee.n_int32_data) =
        switch type {
        case .int32: entries(tensor, Int32.self)
        case .int16: widened(tensor, Int16.self)
        case .uint16, .float16, .bfloat16: widened(tensor, UInt16.self)
        case .int8: widened(tensor, Int8.self)
        default: widened(tensor, UInt8.self)
        }
    }
  }

  private func elements<T: BitwiseCopyable>(_ tensor: Tensor, _ type: T.Type) -> [T] {
    let stride = MemoryLayout<T>.stride
    return tensor.storage.withBytes { bytes in
      (0..<bytes.count / stride).map { bytes.loadUnaligned(fromByteOffset: $0 * stride, as: type) }
    }
  }

  private func entries<T: BitwiseCopyable>(
    _ tensor: Tensor, _ type: T.Type
  ) -> (UnsafeMutablePointer<T>?, Int) {
    let elements = elements(tensor, type)
    return (arena.array(elements), elements.count)
  }

  private func widened<Narrow: FixedWidthInteger & BitwiseCopyable, Wide: FixedWidthInteger>(
    _ tensor: Tensor, _ type: Narrow.Type
  ) -> (UnsafeMutablePointer<Wide>?, Int) {
    let elements = elements(tensor, type)
    return (arena.array(elements.map { Wide($0) }), elements.count)
  }
}
