import COnnx

/// Puts back what `WireScan.skeleton(of:)` left out, by pointer into the mapped bytes.
struct PayloadRestoration {
  let bytes: UnsafeRawBufferPointer
  let payloads: [Range<Int>]

  /// Gives each tensor of `model` its `raw_data`; false where a marker names no payload.
  ///
  /// `raw_data` of a marker's size can only be a marker, for the scan notes all others of that size.
  func restore(_ model: UnsafeMutablePointer<Onnx__ModelProto>) -> Bool {
    payloads.isEmpty || MessageTree.tensors(below: model).allSatisfy(restore)
  }

  private func restore(_ tensor: UnsafeMutablePointer<Onnx__TensorProto>) -> Bool {
    let data = tensor.pointee.raw_data
    guard tensor.pointee.has_raw_data != 0, data.len == WireScan.markerSize, let marker = data.data
    else { return true }
    let stored = UnsafeRawPointer(marker).loadUnaligned(as: UInt64.self)
    guard let index = Int(exactly: UInt64(littleEndian: stored)), payloads.indices.contains(index)
    else { return false }
    let payload = UnsafeRawBufferPointer(rebasing: bytes[payloads[index]])
    tensor.pointee.raw_data = ProtobufCBinaryData(
      len: payload.count,
      data: UnsafeMutablePointer(
        mutating: payload.baseAddress?.assumingMemoryBound(to: UInt8.self)))
    return true
  }
}
