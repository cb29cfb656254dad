import COnnx
import NetworkIR
import TensorCore

/// Where tensors go that are stored outside of the model file: one new data file beside it.
///
/// What was external stays so. New tensors join them from the size on at which the document had
/// external ones, and offsets are multiples of what divided all offsets of the document.
struct ExternalLayout {
  /// From this many bytes on a new tensor is external; nil for a document without external data.
  let threshold: Int?
  /// Bytes, a power of two.
  let alignment: Int

  /// The largest alignment that is kept: a page, so that a tensor can be mapped alone.
  private static let maximumAlignment = 4096
  /// The least alignment, whatever the document did: that of the widest element.
  private static let minimumAlignment = 16

  init(of external: [UnsafeMutablePointer<Onnx__TensorProto>]) {
    var offsets = 0
    var sizes: [Int] = []
    for tensor in external {
      offsets |= (try? ExternalReference(tensor).offset) ?? 0
      if let type = TensorDecoder.readableType(tensor),
        let size = try? TensorDecoder.extents(tensor, type).byteCount
      {
        sizes.append(size)
      }
    }
    threshold = sizes.min()
    let common = offsets == 0 ? Self.maximumAlignment : 1 << min(offsets.trailingZeroBitCount, 12)
    alignment = max(common, Self.minimumAlignment)
  }

  func isExternal(byteCount: Int) -> Bool { threshold.map { byteCount >= $0 } ?? false }

  /// The offset of a tensor that follows `end` bytes.
  func offset(after end: Int) -> Int { (end + alignment - 1) & ~(alignment - 1) }
}

/// A data file in the making: what goes in it, in order.
struct ExternalPayload {
  private(set) var pieces: [(offset: Int, storage: TensorStorage)] = []
  private var end = 0
  private let layout: ExternalLayout
  private let location: Name
  private let arena: MessageArena

  init(layout: ExternalLayout, location: Name, arena: MessageArena) {
    self.layout = layout
    self.location = location
    self.arena = arena
  }

  /// Appends a tensor's bytes and writes their place into its message.
  mutating func place(
    _ storage: TensorStorage, _ message: UnsafeMutablePointer<Onnx__TensorProto>
  ) {
    let offset = layout.offset(after: end)
    pieces.append((offset, storage))
    end = offset + storage.count
    let values: [Name: Name] = [
      "location": location, "offset": Name(String(offset)), "length": Name(String(storage.count)),
    ]
    // The document's order of keys is kept. A checksum is of a whole file, which is another now.
    let old = Messages.list(message.pointee.external_data, message.pointee.n_external_data)
    var keys = old.map { Name($0.pointee.key) }.filter { values[$0] != nil }
    for key in ["location", "offset", "length"] as [Name] where !keys.contains(key) {
      keys.append(key)
    }
    let entries = keys.map { arena.entry($0, values[$0] ?? "") }
    message.pointee.n_external_data = entries.count
    message.pointee.external_data = arena.list(entries)
    message.pointee.has_data_location = 1
    message.pointee.data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL
  }

  /// Writes the pieces, zeros between them.
  func write(to file: AtomicFile) throws(FileError) {
    var position = 0
    for piece in pieces {
      try file.write([UInt8](repeating: 0, count: piece.offset - position))
      try piece.storage.forEachPiece { (bytes) throws(FileError) in try file.write(bytes) }
      position = piece.offset + piece.storage.count
    }
  }
}
