import TensorCore

/// What an operator's shape inference may look at: the inputs' types and, for small constants and
/// shape arithmetic, what they hold.
package struct InferenceContext: Sendable {
  /// The most axes that a tensor may have, as in numpy.
  static let rankLimit = 64

  let opset: Int
  let outputCount: Int
  /// Nil for an input that is left out.
  let types: [ValueType?]
  let contents: [PartialTensor?]
  let constants: [Tensor?]

  func isPresent(_ index: Int) -> Bool { index < types.count && types[index] != nil }

  /// The type of an input that must be there.
  func type(_ index: Int) throws(OperatorFailure) -> ValueType {
    guard isPresent(index), let type = types[index] else { throw .missingInput(index) }
    guard type.isTensor else { throw .notATensor(input: index) }
    return type
  }

  /// The extents of an input that must be there; nil where its rank is unknown.
  func dimensions(
    _ index: Int, rank expected: ClosedRange<Int> = 0...rankLimit
  ) throws(OperatorFailure) -> [Dimension]? {
    guard let dimensions = try type(index).dimensions else { return nil }
    guard expected.contains(dimensions.count) else {
      throw .rank(input: index, found: dimensions.count, expected: expected)
    }
    return dimensions
  }

  /// What is known of an input's elements; nil where that is nothing.
  func contents(_ index: Int) -> PartialTensor? {
    index < contents.count ? contents[index] : nil
  }

  /// The elements of an input, where all are known.
  func integers(_ index: Int) -> [Int]? { contents(index)?.integers }

  func constant(_ index: Int) -> Tensor? {
    index < constants.count ? constants[index] : nil
  }

  /// The extents that an input spells out as a list.
  ///
  /// - Returns: nil where not even their number is known.
  func extents(_ index: Int) throws(OperatorFailure) -> [Dimension]? {
    let shape = try dimensions(index, rank: 1...1)
    guard let count = contents(index)?.elements.count ?? shape?[0].extent else { return nil }
    guard count <= Self.rankLimit else { throw .contents(input: index) }
    return contents(index)?.elements ?? Array(repeating: .unknown, count: count)
  }

  /// The element type that the inputs share; `.undefined` where none says.
  func sharedElementType(_ indices: some Sequence<Int>) throws(OperatorFailure) -> ElementType {
    let types = indices.compactMap { isPresent($0) ? self.types[$0]?.elementType : nil }
    let known = types.filter { $0 != .undefined }
    guard let first = known.first else { return .undefined }
    guard known.allSatisfy({ $0 == first }) else { throw .elementTypes(types) }
    return first
  }

  /// `axis` counted from the front, of a tensor of that rank.
  static func normalize(_ axis: Int, rank: Int) throws(OperatorFailure) -> Int {
    guard axis >= -rank, axis < rank else { throw .axis(axis, rank: rank) }
    return axis < 0 ? axis + rank : axis
  }

  /// Distinct axes counted from the front, ascending.
  static func normalize(_ axes: [Int], rank: Int) throws(OperatorFailure) -> [Int] {
    var normalized: [Int] = []
    for axis in axes {
      let axis = try normalize(axis, rank: rank)
      if normalized.contains(axis) { throw .repeatedAxis(axis) }
      normalized.append(axis)
    }
    return normalized.sorted()
  }
}

extension ValueType {
  /// A tensor of which nothing is known.
  package static let unknown = ValueType(.undefined, nil)
}
