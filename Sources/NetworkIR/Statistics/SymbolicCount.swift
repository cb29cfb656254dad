package import OrderedCollections

/// A count that depends on extents which only a run knows: a sum of integers times such extents.
///
///     1728·H·W + 2304·relu[2]·relu[3]
///
/// An extent that the file names is written as its symbol, and one that is unknown as an axis of
/// its value: strides divide and round, which no sum of products could say.
package struct SymbolicCount: Sendable, Hashable {
  package enum Extent: Sendable, Hashable {
    case symbol(Name)
    case axis(Int, of: Name)
  }

  /// The coefficient of each product of extents; the empty product is the number by itself.
  package private(set) var terms: OrderedDictionary<[Extent], Int> = [:]

  package static let zero = SymbolicCount()

  private init() {}

  /// The count that is just a number.
  package init(_ number: Int) {
    if number != 0 { terms[[]] = number }
  }

  /// `coefficient` times the extents that `dimensions` lists of axes of a value; nil where that
  /// overflows.
  init?(_ coefficient: Int, times dimensions: [(axis: Int, Dimension)], of value: Name) {
    var number = coefficient
    var extents: [Extent] = []
    for (axis, dimension) in dimensions {
      switch dimension {
      case .fixed(let extent):
        let (product, overflow) = number.multipliedReportingOverflow(by: extent)
        guard !overflow else { return nil }
        number = product
      case .symbolic(let name): extents.append(.symbol(name))
      case .unknown: extents.append(.axis(axis, of: value))
      }
    }
    if number != 0 { terms[extents] = number }
  }

  /// The sum; nil where a coefficient overflows.
  package static func + (a: SymbolicCount, b: SymbolicCount) -> SymbolicCount? {
    var sum = a
    for (extents, number) in b.terms {
      let (total, overflow) = (sum.terms[extents] ?? 0).addingReportingOverflow(number)
      guard !overflow else { return nil }
      sum.terms[extents] = total
    }
    return sum
  }

  /// The count as text, each coefficient as `format` writes it.
  package func text(_ format: (Int) -> String = { String($0) }) -> String {
    guard !terms.isEmpty else { return format(0) }
    return terms.map { extents, number in
      ([format(number)] + extents.map(\.description)).joined(separator: "·")
    }.joined(separator: " + ")
  }
}

extension SymbolicCount.Extent: CustomStringConvertible {
  package var description: String {
    switch self {
    case .symbol(let name): name.description
    case .axis(let axis, let value): "\(value)[\(axis)]"
    }
  }
}
