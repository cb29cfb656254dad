extension Tensor {
  /// The elements as Doubles, exact for every floating type up to 64 bits and for integers below
  /// 2^53; nil for strings, complex and sub-byte or 8-bit floating types.
  package var doubles: [Double]? {
    switch elementType {
    case .float: mapped(Float.self, Double.init)
    case .double: elements(as: Double.self)
    case .float16: mapped(UInt16.self) { Double(Float(halfBits: $0)) }
    case .bfloat16: mapped(UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
    default: integers?.map(Double.init)
    }
  }

  /// The elements as Floats, each rounded once; nil where `doubles` is.
  package var floats: [Float]? {
    elementType == .float ? elements(as: Float.self) : doubles?.map(Float.init)
  }

  /// The elements of an integer or bool tensor, or nil for other types and for values above 2^63.
  package var integers: [Int]? {
    switch elementType {
    case .int64: elements(as: Int64.self).map(Int.init)
    case .int32: elements(as: Int32.self).map(Int.init)
    case .int16: elements(as: Int16.self).map(Int.init)
    case .int8: elements(as: Int8.self).map(Int.init)
    case .uint8, .bool: elements(as: UInt8.self).map(Int.init)
    case .uint16: elements(as: UInt16.self).map(Int.init)
    case .uint32: elements(as: UInt32.self).map(Int.init)
    case .uint64:
      elements(as: UInt64.self).reduce(into: Optional([Int]())) { result, element in
        guard let exact = Int(exactly: element) else { return result = nil }
        result?.append(exact)
      }
    default: nil
    }
  }

  /// `doubles` in a floating `elementType`, each rounded once, to nearest even; nil for other types.
  package init?(rounding doubles: [Double], to elementType: ElementType, shape: [Int]) {
    switch elementType {
    case .float: self.init(elementType, doubles, shape, Float.init)
    case .double: self.init(elementType, doubles, shape)
    case .float16: self.init(elementType, doubles, shape, \.roundedHalfBits)
    case .bfloat16: self.init(elementType, doubles, shape, \.roundedBrainBits)
    default: return nil
    }
  }
}
