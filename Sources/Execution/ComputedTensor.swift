import TensorCore

extension Tensor {
  /// What a run computed in Floats, in the type that the graph gives it: integers and truth values
  /// are Floats exactly (lowering keeps positions below 2²⁴), and the narrower floating types were rounded in the run.
  init(computed elements: [Float], as type: ElementType, shape: [Int]) {
    switch type {
    case .int64: self.init(elements.map { Int64(exactly: $0) ?? 0 }, shape: shape)
    case .bool: self.init(.bool, elements.map { $0 == 0 ? 0 : 1 as UInt8 }, shape)
    default:
      self =
        Tensor(rounding: elements.map(Double.init), to: type, shape: shape)
        ?? Tensor(elements, shape: shape)
    }
  }
}
