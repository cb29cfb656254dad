import TensorCore

/// A difference between the constants of two graphs, named by the value that holds them.
package enum WeightDifference: Hashable, Sendable {
  case onlyIn(DiffOperand, Name, ValueType)
  case type(Name, ValueType, ValueType)
  case elements(Name, WeightChange)

  package var name: Name {
    switch self {
    case .onlyIn(_, let name, _), .type(let name, _, _), .elements(let name, _): name
    }
  }

  /// In the order of the first graph's values, then of the second's.
  static func all(_ a: DiffSide, _ b: DiffSide) -> [WeightDifference] {
    var differences: [WeightDifference] = []
    for name in names(of: a) {
      guard let tensor = a.constants[name] else { continue }
      guard let other = b.constants[name] else {
        differences.append(.onlyIn(.first, name, type(of: tensor)))
        continue
      }
      guard type(of: tensor) == type(of: other) else {
        differences.append(.type(name, type(of: tensor), type(of: other)))
        continue
      }
      if let change = WeightChange(from: tensor, to: other) {
        differences.append(.elements(name, change))
      }
    }
    for name in names(of: b) where a.constants[name] == nil {
      guard let tensor = b.constants[name] else { continue }
      differences.append(.onlyIn(.second, name, type(of: tensor)))
    }
    return differences
  }

  private static func type(of tensor: Tensor) -> ValueType {
    ValueType(tensor.elementType, shape: tensor.shape)
  }

  private static func names(of side: DiffSide) -> [Name] {
    side.graph.allValues.lazy.filter { side.graph.isLive($0.id) }.map(\.name)
  }
}
