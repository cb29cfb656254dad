/// What keeps an `.npy` file from being read as a tensor, or a tensor from being written as one.
package struct NumPyError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// The file doesn't begin with the magic string `\x93NUMPY`.
    case notNumPy

    /// The format version is none of 1.0, 2.0 and 3.0.
    case unsupportedVersion(major: UInt8, minor: UInt8)

    /// The file ends before its header does.
    case truncatedHeader(byteCount: Int, fileByteCount: Int)

    /// The header isn't the dictionary of `descr`, `fortran_order` and `shape` it should be.
    case malformedHeader(expected: String)

    /// The elements are of a type that has no counterpart here: a record, a string, a date.
    case unsupportedElementType(String)

    /// An extent is negative, or the elements are more than can be counted.
    case invalidShape([Int])

    /// The elements take a number of bytes that the file doesn't hold, or doesn't hold only.
    case wrongByteCount(expected: Int, found: Int)
  }

  package let path: String

  /// Where in the file, in bytes.
  package let offset: Int
  package let reason: Reason

  package init(path: String, offset: Int, reason: Reason) {
    self.path = path
    self.offset = offset
    self.reason = reason
  }
}
