import TensorCore

extension Constant {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    [ValueType(tensor.elementType, shape: tensor.shape)]
  }
}

extension ConstantOfShape {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let extents = try inputs.extents(0)
    guard extents?.allSatisfy({ $0.extent ?? 0 >= 0 }) ?? true else { throw .contents(input: 0) }
    return [ValueType(element?.elementType ?? .float, extents)]
  }
}

extension ShapeOf {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    guard let dimensions = try inputs.dimensions(0) else { return [ValueType(.int64, [.unknown])] }
    return [ValueType(.int64, shape: [range(rank: dimensions.count).count])]
  }

  /// The axes that are asked for; negative bounds count from the back, and all are clamped.
  func range(rank: Int) -> Range<Int> {
    func clamp(_ axis: Int) -> Int { min(max(axis < 0 ? axis + rank : axis, 0), rank) }
    let lower = clamp(start)
    return lower..<max(lower, clamp(end ?? rank))
  }
}

extension SizeOf {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    _ = try inputs.dimensions(0)
    return [ValueType(.int64, shape: [])]
  }
}
