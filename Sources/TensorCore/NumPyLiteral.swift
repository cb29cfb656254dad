/// A cursor over the few forms of Python literal that the header of an `.npy` file consists of.
///
/// Every call skips white space first. Integers may end in `L`, as Python 2 wrote them.
struct NumPyLiteral {
  private let file: UnsafeRawBufferPointer
  private let end: Int
  private var offset: Int
  private let path: String

  /// Reads `range`, which lies within `file`.
  init(_ range: Range<Int>, of file: UnsafeRawBufferPointer, path: String) {
    self.file = file
    self.path = path
    offset = range.lowerBound
    end = range.upperBound
  }

  /// An error at the place of the cursor.
  func error(_ reason: NumPyError.Reason) -> NumPyError {
    NumPyError(path: path, offset: offset, reason: reason)
  }

  mutating func isAt(_ symbol: Unicode.Scalar) -> Bool {
    skipSpace()
    return offset < end && file[offset] == UInt8(ascii: symbol)
  }

  mutating func skip(_ symbol: Unicode.Scalar) -> Bool {
    guard isAt(symbol) else { return false }
    offset += 1
    return true
  }

  mutating func expect(_ symbol: Unicode.Scalar) throws(NumPyError) {
    guard skip(symbol) else { throw malformed("'\(symbol)'") }
  }

  mutating func expectEnd() throws(NumPyError) {
    skipSpace()
    guard offset == end else { throw malformed("nothing after the dictionary") }
  }

  /// A string in either kind of quotes, without escapes.
  mutating func string() throws(NumPyError) -> String {
    let quote: Unicode.Scalar = isAt("\"") ? "\"" : "'"
    guard skip(quote) else { throw malformed("a string") }
    guard let close = file[offset..<end].firstIndex(of: UInt8(ascii: quote)) else {
      throw malformed("the end of a string")
    }
    defer { offset = close + 1 }
    return String(decoding: file[offset..<close], as: UTF8.self)
  }

  mutating func bool() throws(NumPyError) -> Bool {
    let (word, next) = word()
    guard word == "True" || word == "False" else { throw malformed("True or False") }
    offset = next
    return word == "True"
  }

  /// A tuple of integers.
  mutating func tuple() throws(NumPyError) -> [Int] {
    var extents: [Int] = []
    try expect("(")
    while !skip(")") {
      let (word, next) = word()
      guard let extent = Int(word.hasSuffix("L") ? word.dropLast() : word) else {
        throw malformed("an integer of 64 bits")
      }
      offset = next
      extents.append(extent)
      if !skip(",") {
        try expect(")")
        break
      }
    }
    return extents
  }

  /// The letters, digits and signs at the cursor, and where they end.
  private mutating func word() -> (Substring, next: Int) {
    skipSpace()
    let symbols = file[offset..<end].prefix {
      switch Unicode.Scalar($0) {
      case "a"..."z", "A"..."Z", "0"..."9", "-", "+": true
      default: false
      }
    }
    return (Substring(decoding: symbols, as: UTF8.self), symbols.endIndex)
  }

  private mutating func skipSpace() {
    while offset < end, " \t\r\n".utf8.contains(file[offset]) { offset += 1 }
  }

  private func malformed(_ expected: String) -> NumPyError {
    error(.malformedHeader(expected: expected))
  }
}
