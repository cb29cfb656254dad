extension NumPyFile {
  private static let alignment = 64

  /// Writes `tensor` to `path`, whole or not at all, in row-major, little-endian order.
  ///
  /// Format 1.0, or 2.0 where the header is too long for it; the elements start at a multiple of 64
  /// bytes, as numpy has them. Throws `FileError`, and `NumPyError` where numpy lacks the type.
  package static func write(_ tensor: Tensor, to path: String) throws {
    try write(tensor, to: AtomicFile(path: path))
  }

  /// The same to an open file: standard output, say.
  package static func write(_ tensor: Tensor, to file: AtomicFile) throws {
    guard let description = NumPyElementType.description(of: tensor.elementType) else {
      throw NumPyError(
        path: file.path, offset: 0, reason: .unsupportedElementType("\(tensor.elementType)"))
    }
    let header = NumPyHeader(
      description: description, isFortranOrder: false, shape: tensor.shape)
    try file.write(preamble(header.text))
    try tensor.storage.withBytes { try file.write($0) }
    try file.commit()
  }

  /// Everything before the elements: magic, version, length, text, spaces, a line feed.
  private static func preamble(_ text: String) -> [UInt8] {
    func paddedLength(from start: Int) -> Int {
      (start + text.utf8.count + alignment) / alignment * alignment - start
    }
    let isLong = paddedLength(from: 10) > UInt16.max
    let start = isLong ? 12 : 10
    let length = paddedLength(from: start)
    var bytes = magic + [isLong ? 2 : 1, 0]
    for byte in 0..<start - 8 { bytes.append(UInt8(truncatingIfNeeded: length >> (8 * byte))) }
    bytes += text.utf8
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: length - text.utf8.count - 1)
    return bytes + [UInt8(ascii: "\n")]
  }
}
