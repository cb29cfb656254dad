import COnnx
package import TensorCore

/// A model file as it was read: its bytes, and the message tree that was unpacked from them.
///
/// The tree never changes after `init`; large `raw_data` points into the file's bytes. Pointers
/// that leave this object are valid while it lives.
package final class ONNXDocument: @unchecked Sendable {
  /// The bytes that the tree was unpacked from.
  package let file: MappedFile
  let model: UnsafeMutablePointer<Onnx__ModelProto>
  private let arena: MessageArena

  /// Throws `ONNXError.malformed`.
  package init(_ file: MappedFile) throws(ONNXError) {
    self.file = file
    arena = MessageArena()
    model = try file.withBytes { [arena] (bytes) throws(ONNXError) in
      try Self.unpack(bytes, into: arena, path: file.path)
    }
  }

  private static func unpack(
    _ bytes: UnsafeRawBufferPointer, into arena: MessageArena, path: String
  ) throws(ONNXError) -> UnsafeMutablePointer<Onnx__ModelProto> {
    guard !bytes.isEmpty else { throw .malformed(file: path, offset: 0, fault: .empty) }
    let scan: WireScan
    do {
      scan = try WireScan(bytes, as: Descriptors.model)
    } catch {
      throw .malformed(file: path, offset: error.offset, fault: error.fault)
    }
    let skeleton = scan.skeleton(of: bytes)
    let unpacked = arena.withAllocator {
      onnx__model_proto__unpack($0, skeleton.count, skeleton)
    }
    guard
      let model = unpacked,
      PayloadRestoration(bytes: bytes, payloads: scan.payloads).restore(
        UnsafeMutableRawPointer(model).assumingMemoryBound(to: ProtobufCMessage.self))
    else { throw .malformed(file: path, offset: 0, fault: .unparsable) }
    return model
  }

  /// The tree packed again; the file's own bytes wherever those were in canonical form.
  package func packed() -> [UInt8] {
    withExtendedLifetime(self) { PackedMessage.bytes(of: model) }
  }
}
