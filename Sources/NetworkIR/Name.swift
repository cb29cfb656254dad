/// A name in an ONNX file, kept as its bytes: files hold names that are not UTF-8, and those must
/// come back unchanged.
package struct Name: Hashable, Sendable {
  package let bytes: [UInt8]

  package init(bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
  }

  package init(_ text: String) {
    bytes = Array(text.utf8)
  }

  package var isEmpty: Bool { bytes.isEmpty }

  /// The name followed by `suffix`.
  package func appending(_ suffix: String) -> Name {
    Name(bytes: bytes + Array(suffix.utf8))
  }
}

extension Name {
  /// All bytes at once: an array hashes one after the other.
  package func hash(into hasher: inout Hasher) {
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    hasher.combine(bytes.count)
  }
}

extension Name: ExpressibleByStringLiteral {
  package init(stringLiteral text: String) {
    self.init(text)
  }
}

extension Name: CustomStringConvertible {
  /// The name as text; bytes that are not UTF-8 show as U+FFFD.
  package var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension Name: Comparable {
  package static func < (a: Name, b: Name) -> Bool {
    a.bytes.lexicographicallyPrecedes(b.bytes)
  }
}
