/// Tensors as `.npy` files.
///
/// Source: numpy.lib.format, versions 1.0, 2.0 and 3.0; one array per file, no pickled objects.
package enum NumPyFile {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reads the array at `path`, as a row-major tensor.
  ///
  /// Elements in that order already are mapped, not copied. Throws `FileError` where the file can't
  /// be read, and `NumPyError` where it holds no array that a tensor can hold.
  package static func read(_ path: String) throws -> Tensor {
    try read(MappedFile(path: path))
  }

  /// Reads the array that `file` holds; its path is for messages.
  package static func read(_ file: MappedFile) throws(NumPyError) -> Tensor {
    let path = file.path
    let (header, start) = try file.withBytes {
      (bytes) throws(NumPyError) -> (NumPyHeader, Int) in
      let range = try headerRange(bytes, path: path)
      return (try NumPyHeader(parsing: range, of: bytes, path: path), range.upperBound)
    }
    func error(_ reason: NumPyError.Reason) -> NumPyError {
      NumPyError(path: path, offset: start, reason: reason)
    }
    guard let type = NumPyElementType(header.description) else {
      throw error(.unsupportedElementType(header.description))
    }
    // The extents beside a zero must be countable too: strides are products of them.
    guard Shape.elementCount(header.shape.filter { $0 != 0 }) != nil,
      let count = Shape.elementCount(header.shape),
      let byteCount = type.elementType.byteCount(of: count)
    else { throw error(.invalidShape(header.shape)) }
    guard byteCount == file.count - start else {
      throw error(.wrongByteCount(expected: byteCount, found: file.count - start))
    }
    return Tensor(
      elementType: type.elementType, shape: header.shape,
      storage: NumPyLayout(type: type, header: header, start: start)
        .rowMajor(file.storage(start..<file.count)))
  }

  /// Where the header's text lies: behind magic, version, and its length in 2 or 4 bytes.
  private static func headerRange(
    _ bytes: UnsafeRawBufferPointer, path: String
  ) throws(NumPyError) -> Range<Int> {
    guard bytes.starts(with: magic) else {
      throw NumPyError(path: path, offset: 0, reason: .notNumPy)
    }
    func require(_ byteCount: Int) throws(NumPyError) {
      guard byteCount <= bytes.count else {
        let reason = NumPyError.Reason.truncatedHeader(
          byteCount: byteCount, fileByteCount: bytes.count)
        throw NumPyError(path: path, offset: bytes.count, reason: reason)
      }
    }
    try require(8)
    let (major, minor) = (bytes[6], bytes[7])
    guard (1...3).contains(major), minor == 0 else {
      throw NumPyError(
        path: path, offset: 6, reason: .unsupportedVersion(major: major, minor: minor))
    }
    let start = major == 1 ? 10 : 12
    try require(start)
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    try require(start + length)
    return start..<start + length
  }
}
