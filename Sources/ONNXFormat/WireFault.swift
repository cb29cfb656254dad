/// What makes a file no well-formed message; it comes with the offset where that shows.
package enum WireFault: Hashable, Sendable {
  /// The file has no bytes at all.
  case empty
  /// The bytes end inside a field, or a field reaches past the end of its message.
  case truncated
  /// A varint of more than ten bytes, or a tag or a length of more than five.
  case varintTooLong
  /// A payload of more than 2^31 − 1 bytes, which no reader of the format takes.
  case tooLong
  /// Field number 0, or a wire type that the format doesn't have.
  case invalidTag
  /// The wire type of a field is not the one of its declared type.
  case wireTypeMismatch(message: String, field: String)
  /// A string that contains the byte 0.
  case stringWithNUL(message: String, field: String)
  /// Messages nested deeper than `WireScan.maximumDepth`.
  case tooDeep
  /// The fields are well formed one by one, and the message as a whole is not.
  case unparsable
}
