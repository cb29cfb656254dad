import COnnx

/// Puts back what `WireScan.skeleton(of:)` left out, by pointer into the mapped bytes.
struct PayloadRestoration {
  let bytes: UnsafeRawBufferPointer
  let payloads: [Range<Int>]

  /// Visits every message below `root` and gives each tensor its `raw_data`; false where a marker
  /// names no payload. `raw_data` of a marker's size can only be a marker: the scan notes all others.
  func restore(_ root: UnsafeMutablePointer<ProtobufCMessage>) -> Bool {
    guard !payloads.isEmpty else { return true }
    var pending = [root]
    while let message = pending.popLast() {
      guard let descriptor = message.pointee.descriptor else { return false }
      if descriptor == Descriptors.tensor {
        let tensor = UnsafeMutableRawPointer(message).assumingMemoryBound(
          to: Onnx__TensorProto.self)
        guard restore(tensor) else { return false }
      }
      for index in 0..<Int(descriptor.pointee.n_fields) {
        let field = descriptor.pointee.fields[index]
        guard field.type == PROTOBUF_C_TYPE_MESSAGE else { continue }
        appendMessages(of: field, in: message, to: &pending)
      }
    }
    return true
  }

  private func restore(_ tensor: UnsafeMutablePointer<Onnx__TensorProto>) -> Bool {
    let data = tensor.pointee.raw_data
    guard tensor.pointee.has_raw_data != 0, data.len == WireScan.markerSize, let marker = data.data
    else { return true }
    let index = UInt64(
      littleEndian: UnsafeRawPointer(marker).loadUnaligned(as: UInt64.self))
    guard let index = Int(exactly: index), payloads.indices.contains(index) else { return false }
    let payload = UnsafeRawBufferPointer(rebasing: bytes[payloads[index]])
    tensor.pointee.raw_data = ProtobufCBinaryData(
      len: payload.count,
      data: UnsafeMutablePointer(
        mutating: payload.baseAddress?.assumingMemoryBound(to: UInt8.self)))
    return true
  }

  private func appendMessages(
    of field: ProtobufCFieldDescriptor, in message: UnsafeMutablePointer<ProtobufCMessage>,
    to pending: inout [UnsafeMutablePointer<ProtobufCMessage>]
  ) {
    let memory = UnsafeMutableRawPointer(message)
    typealias Pointer = UnsafeMutablePointer<ProtobufCMessage>
    if field.label == PROTOBUF_C_LABEL_REPEATED {
      let count = (memory + Int(field.quantifier_offset)).load(as: Int.self)
      guard
        let elements = (memory + Int(field.offset)).load(as: UnsafeMutablePointer<Pointer?>?.self)
      else { return }
      pending.append(
        contentsOf: UnsafeBufferPointer(start: elements, count: count).compactMap { $0 })
      return
    }
    let isOneof = field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue != 0
    if isOneof, (memory + Int(field.quantifier_offset)).load(as: UInt32.self) != field.id { return }
    if let element = (memory + Int(field.offset)).load(as: Pointer?.self) {
      pending.append(element)
    }
  }
}
