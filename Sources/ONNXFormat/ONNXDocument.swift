import COnnx
import NetworkIR
package import TensorCore

/// A model file as it was read: its bytes, and the message tree that was unpacked from them.
///
/// The tree never changes after `init`; large `raw_data` points into the file's bytes. Pointers
/// that leave this object are valid while it lives.
package final class ONNXDocument: ModelSource, @unchecked Sendable {
  /// The bytes that the tree was unpacked from.
  package let file: MappedFile
  let model: UnsafeMutablePointer<Onnx__ModelProto>
  let externalData: ExternalData
  private let arena: MessageArena

  /// `folder` is where external data may lie; nil for a model that didn't come from a named file.
  /// Throws `ONNXError.malformed`.
  package init(
    _ file: MappedFile, folder: String? = nil, allowsLinkedData: Bool = false
  ) throws(ONNXError) {
    self.file = file
    externalData = ExternalData(folder: folder, allowsLinks: allowsLinkedData)
    arena = MessageArena()
    model = try Self.unpack(file, into: arena)
  }

  /// The tree once more, for a writer to change; it points into `file`, which must outlive it.
  func unpacked(into arena: MessageArena) throws(ONNXError) -> UnsafeMutablePointer<
    Onnx__ModelProto
  > {
    try Self.unpack(file, into: arena)
  }

  private static func unpack(
    _ file: MappedFile, into arena: MessageArena
  ) throws(ONNXError) -> UnsafeMutablePointer<Onnx__ModelProto> {
    try file.withBytes { (bytes) throws(ONNXError) in
      guard !bytes.isEmpty else { throw .malformed(file: file.path, offset: 0, fault: .empty) }
      let scan: WireScan
      do throws(WireScan.Fault) {
        scan = try WireScan(bytes, as: Descriptors.model)
      } catch {
        throw .malformed(file: file.path, offset: error.offset, fault: error.fault)
      }
      let skeleton = scan.skeleton(of: bytes)
      let unpacked = arena.withAllocator {
        onnx__model_proto__unpack($0, skeleton.count, skeleton)
      }
      guard
        let model = unpacked,
        PayloadRestoration(bytes: bytes, payloads: scan.payloads).restore(model)
      else { throw .malformed(file: file.path, offset: 0, fault: .unparsable) }
      return model
    }
  }
}
