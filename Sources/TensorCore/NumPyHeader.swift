/// The dictionary at the head of an `.npy` file, a literal in Python's syntax.
///
/// Source: numpy.lib.format. Versions 1.0 and 2.0 hold Latin-1 text, 3.0 UTF-8; they differ only in
/// the names of record fields, and records aren't read.
struct NumPyHeader: Hashable {
  let description: String
  let isFortranOrder: Bool
  let shape: [Int]

  init(description: String, isFortranOrder: Bool, shape: [Int]) {
    self.description = description
    self.isFortranOrder = isFortranOrder
    self.shape = shape
  }

  /// Parses `range`, which lies within `file`.
  init(
    parsing range: Range<Int>, of file: UnsafeRawBufferPointer, path: String
  ) throws(NumPyError) {
    let keys = "the keys descr, fortran_order and shape, once each"
    var literal = NumPyLiteral(range, of: file, path: path)
    var description: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try literal.expect("{")
    while !literal.skip("}") {
      let key = try literal.string()
      try literal.expect(":")
      switch key {
      case "descr" where description == nil:
        guard !literal.isAt("[") else { throw literal.error(.unsupportedElementType("record")) }
        description = try literal.string()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try literal.bool()
      case "shape" where shape == nil: shape = try literal.tuple()
      default: throw literal.error(.malformedHeader(expected: keys))
      }
      if !literal.skip(",") {
        try literal.expect("}")
        break
      }
    }
    try literal.expectEnd()
    guard let description, let isFortranOrder, let shape else {
      throw literal.error(.malformedHeader(expected: keys))
    }
    self.init(description: description, isFortranOrder: isFortranOrder, shape: shape)
  }

  /// The literal as numpy spells it.
  var text: String {
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let order = isFortranOrder ? "True" : "False"
    return "{'descr': '\(description)', 'fortran_order': \(order), 'shape': (\(extents)), }"
  }
}
