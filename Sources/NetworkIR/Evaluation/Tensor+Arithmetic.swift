import TensorCore

extension Tensor {
  /// Elementwise arithmetic, both operands broadcast to `shape`.
  func applying(
    _ function: Binary.Function, _ other: Tensor, shape: [Int]
  ) throws(OperatorFailure) -> Tensor {
    switch elementType {
    case .int64: try integers(function, other, shape, as: Int64.self)
    case .int32: try integers(function, other, shape, as: Int32.self)
    case .float: floats(function, other, shape, as: Float.self)
    case .double: floats(function, other, shape, as: Double.self)
    default: throw .notEvaluated
    }
  }

  private func operands<Element: BitwiseCopyable>(
    _ other: Tensor, _ shape: [Int], as: Element.Type
  ) -> Zip2Sequence<[Element], [Element]> {
    // Nothing to broadcast, and extents of any size.
    guard !shape.contains(0) else { return zip([], []) }
    return zip(
      ElementMap.broadcast(self.shape, to: shape).apply([elements(as: Element.self)]),
      ElementMap.broadcast(other.shape, to: shape).apply([other.elements(as: Element.self)]))
  }

  private func integers<Element: FixedWidthInteger & BitwiseCopyable>(
    _ function: Binary.Function, _ other: Tensor, _ shape: [Int], as: Element.Type
  ) throws(OperatorFailure) -> Tensor {
    var result: [Element] = []
    for (a, b) in operands(other, shape, as: Element.self) {
      result.append(try a.applying(function, b))
    }
    return Tensor(elementType, result, shape)
  }

  private func floats<Element: BinaryFloatingPoint & BitwiseCopyable>(
    _ function: Binary.Function, _ other: Tensor, _ shape: [Int], as: Element.Type
  ) -> Tensor {
    let result = operands(other, shape, as: Element.self).map { a, b in
      switch function {
      case .add: a + b
      case .subtract: a - b
      case .multiply: a * b
      case .divide: a / b
      }
    }
    return Tensor(elementType, result, shape)
  }
}
