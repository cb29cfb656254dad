package import TensorCore

/// One extent of a value: known, named by the file, or unknown.
package enum Dimension: Hashable, Sendable {
  case fixed(Int)
  case symbolic(Name)
  case unknown

  package var extent: Int? {
    if case .fixed(let extent) = self { extent } else { nil }
  }
}

/// What is known about a value: a tensor's element type and extents, or that it is no tensor.
package struct ValueType: Hashable, Sendable {
  /// `.undefined` where the file doesn't say.
  package var elementType: ElementType
  /// Nil where the rank is unknown.
  package var dimensions: [Dimension]?
  /// False for sequences, maps, optionals and sparse tensors, which no pass looks into.
  package var isTensor: Bool

  package init(_ elementType: ElementType, _ dimensions: [Dimension]?) {
    self.elementType = elementType
    self.dimensions = dimensions
    isTensor = true
  }

  package init(_ elementType: ElementType, shape: [Int]) {
    self.init(elementType, shape.map(Dimension.fixed))
  }

  package static let notATensor: ValueType = {
    var type = ValueType(.undefined, nil)
    type.isTensor = false
    return type
  }()

  /// The extents where all are known.
  package var shape: [Int]? {
    guard let dimensions else { return nil }
    let extents = dimensions.compactMap(\.extent)
    return extents.count == dimensions.count ? extents : nil
  }
}

extension Dimension: CustomStringConvertible {
  package var description: String {
    switch self {
    case .fixed(let extent): String(extent)
    case .symbolic(let name): name.description
    case .unknown: "?"
    }
  }
}
