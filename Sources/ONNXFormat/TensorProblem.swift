package import NetworkIR

/// What makes a stored tensor unreadable.
package enum TensorProblem: Error, Hashable, Sendable {
  /// An extent below 0.
  case negativeExtent(Int)
  /// The product of the extents, or the bytes for so many elements, exceeds 2^63 − 1.
  case tooLarge([Int])
  /// `raw_data` of another length than extents and element type ask for.
  case byteCount(found: Int, expected: Int)
  /// A typed field, `float_data` say, with another number of elements than the extents ask for.
  case elementCount(field: String, found: Int, expected: Int)
  /// An element of a typed field that the tensor's element type can't hold.
  case elementOutOfRange(field: String, index: Int)
  case external(ExternalProblem)
}

/// Why data outside of the model file is not read.
package enum ExternalProblem: Error, Hashable, Sendable {
  /// The model came from a pipe or from memory, so there is no folder to look in.
  case noFolder
  case missingLocation
  /// A key other than location, offset, length and checksum.
  case unknownKey(Name)
  case duplicateKey(Name)
  /// An offset or a length that is no integer in 0..<2^63.
  case invalidNumber(key: Name, value: Name)
  /// An absolute path, or one with `..` in it.
  case outsideFolder(Name)
  /// A symbolic link on the way, or a file with more than one hard link.
  case linked(Name)
  case notRegular(Name)
  case unreadable(Name, errno: Int32)
  /// The `length` entry is not what extents and element type ask for.
  case lengthMismatch(found: Int, expected: Int)
  case outOfBounds(Name, offset: Int, length: Int, fileSize: Int)
}
