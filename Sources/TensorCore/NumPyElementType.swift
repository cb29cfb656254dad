/// A numpy type description such as `<f4`: byte order, kind and bytes per element.
struct NumPyElementType {
  let elementType: ElementType
  let isBigEndian: Bool

  private static let codes: [ElementType: String] = [
    .bool: "b1", .int8: "i1", .int16: "i2", .int32: "i4", .int64: "i8", .uint8: "u1",
    .uint16: "u2", .uint32: "u4", .uint64: "u8", .float16: "f2", .float: "f4", .double: "f8",
  ]

  /// Nil for types that `ElementType` lacks, and for text that describes no type.
  init?(_ description: String) {
    guard let order = description.first, "<>|=".contains(order),
      let match = Self.codes.first(where: { $0.value == description.dropFirst() })
    else { return nil }
    elementType = match.key
    isBigEndian = order == ">"
  }

  /// The description of `elementType` in little-endian order, or nil where numpy has no such type.
  static func description(of elementType: ElementType) -> String? {
    codes[elementType].map { ($0.hasSuffix("1") ? "|" : "<") + $0 }
  }
}
