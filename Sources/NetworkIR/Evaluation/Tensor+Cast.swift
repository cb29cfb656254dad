package import TensorCore

extension Tensor {
  /// The elements in another type: floats rounded to nearest or, to integers, towards 0; integers
  /// to narrower ones without their upper bits.
  ///
  /// Throws `.overflow` where an integer type can't hold what a float is rounded to; ONNX leaves
  /// that undefined.
  package func cast(to target: ElementType) throws(OperatorFailure) -> Tensor {
    guard target != elementType else { return self }
    if target.isInteger, let tensor = wrapped(to: target) { return tensor }
    guard let doubles else { throw .notEvaluated }
    if target == .bool { return Tensor(.bool, doubles.map { $0 == 0 ? 0 : 1 as UInt8 }, shape) }
    if let tensor = Tensor(rounding: doubles, to: target, shape: shape) { return tensor }
    guard target.isInteger else { throw .notEvaluated }
    var integers: [Int] = []
    for element in doubles {
      guard let integer = Int(exactly: element.rounded(.towardZero)) else { throw .overflow }
      integers.append(integer)
    }
    return try Tensor(checking: integers, target, shape)
  }

  /// Integers modulo 2ⁿ in a type of n bits; nil for other tensors.
  ///
  /// Source: ONNX Cast, opset 13 and later, "higher bits are discarded".
  private func wrapped(to target: ElementType) -> Tensor? {
    let isWide = elementType == .uint64
    guard
      let integers = isWide
        ? elements(as: UInt64.self).map(Int.init(truncatingIfNeeded:)) : self.integers
    else { return nil }
    func low<Element: FixedWidthInteger & BitwiseCopyable>(_: Element.Type) -> Tensor {
      Tensor(target, integers.map(Element.init(truncatingIfNeeded:)), shape)
    }
    return switch target {
    case .int64: low(Int64.self)
    case .int32: low(Int32.self)
    case .int16: low(Int16.self)
    case .int8: low(Int8.self)
    case .uint64: low(UInt64.self)
    case .uint32: low(UInt32.self)
    case .uint16: low(UInt16.self)
    case .uint8: low(UInt8.self)
    default: nil
    }
  }

  /// Throws `.overflow` where the type can't hold one of `integers`.
  init(
    checking integers: [Int], _ elementType: ElementType, _ shape: [Int]
  ) throws(OperatorFailure) {
    func exact<Element: FixedWidthInteger>() throws(OperatorFailure) -> [Element] {
      var result: [Element] = []
      for integer in integers {
        guard let element = Element(exactly: integer) else { throw .overflow }
        result.append(element)
      }
      return result
    }
    switch elementType {
    case .int64: self.init(elementType, try exact() as [Int64], shape)
    case .int32: self.init(elementType, try exact() as [Int32], shape)
    case .int16: self.init(elementType, try exact() as [Int16], shape)
    case .int8: self.init(elementType, try exact() as [Int8], shape)
    case .uint64: self.init(elementType, try exact() as [UInt64], shape)
    case .uint32: self.init(elementType, try exact() as [UInt32], shape)
    case .uint16: self.init(elementType, try exact() as [UInt16], shape)
    case .uint8: self.init(elementType, try exact() as [UInt8], shape)
    default: throw .notEvaluated
    }
  }
}

extension ElementType {
  fileprivate var isInteger: Bool {
    switch self {
    case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8: true
    default: false
    }
  }
}
