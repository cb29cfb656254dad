import TensorCore

extension Tensor {
  /// A function of the elements of two tensors of one type, both broadcast to `shape`.
  ///
  /// Elements of 16 floating bits are computed in Double and rounded once: of sums, products and
  /// quotients that is the nearest.
  func applying(
    _ function: ElementFunction, _ other: Tensor, shape: [Int]
  ) throws(OperatorFailure) -> Tensor {
    guard elementType == other.elementType else {
      throw .elementTypes([elementType, other.elementType])
    }
    return switch elementType {
    case .int64: try integers(function, other, shape, as: Int64.self)
    case .int32: try integers(function, other, shape, as: Int32.self)
    case .int16: try integers(function, other, shape, as: Int16.self)
    case .int8: try integers(function, other, shape, as: Int8.self)
    case .uint64: try integers(function, other, shape, as: UInt64.self)
    case .uint32: try integers(function, other, shape, as: UInt32.self)
    case .uint16: try integers(function, other, shape, as: UInt16.self)
    case .uint8: try integers(function, other, shape, as: UInt8.self)
    case .float: floats(function, other, shape, as: Float.self)
    case .double: floats(function, other, shape, as: Double.self)
    case .float16, .bfloat16: try narrowFloats(function, other, shape)
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
    _ function: ElementFunction, _ other: Tensor, _ shape: [Int], as: Element.Type
  ) throws(OperatorFailure) -> Tensor {
    var result: [Element] = []
    for (a, b) in operands(other, shape, as: Element.self) {
      result.append(try function.value(a, b))
    }
    return Tensor(elementType, result, shape)
  }

  private func floats<Element: BinaryFloatingPoint & BitwiseCopyable>(
    _ function: ElementFunction, _ other: Tensor, _ shape: [Int], as: Element.Type
  ) -> Tensor {
    let result = operands(other, shape, as: Element.self).map { function.value($0, $1) }
    return Tensor(elementType, result, shape)
  }

  private func narrowFloats(
    _ function: ElementFunction, _ other: Tensor, _ shape: [Int]
  ) throws(OperatorFailure) -> Tensor {
    let (a, b) = (try cast(to: .double), try other.cast(to: .double))
    return try a.floats(function, b, shape, as: Double.self).cast(to: elementType)
  }
}
