package import TensorCore

extension Tensor {
  /// The elements in another type: floats rounded to nearest or, to integers, towards 0.
  ///
  /// Throws `.overflow` where an integer type can't hold an element; ONNX leaves that undefined.
  package func cast(to target: ElementType) throws(OperatorFailure) -> Tensor {
    guard target != elementType else { return self }
    if let integers, target.isInteger { return try Tensor(checking: integers, target, shape) }
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

  private init(
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
