import TensorCore

extension InstanceNormalization {
  /// X [N, C, x…], scale, B [C] → as X.
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let x = try inputs.dimensions(0, rank: 3...InferenceContext.rankLimit)
    for index in 1...2 {
      guard let vector = try inputs.dimensions(index, rank: 1...1), let x else { continue }
      guard x[1].unified(with: vector[0]) != nil else { throw .shapes([x, vector]) }
    }
    return [try inputs.type(0)]
  }
}

extension LocalResponseNormalization {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    _ = try inputs.dimensions(0, rank: 2...InferenceContext.rankLimit)
    return [try inputs.type(0)]
  }
}

extension Dropout {
  /// As the data; the mask bool since opset 10.
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let type = try inputs.type(0)
    let mask = ValueType(inputs.opset < 10 ? type.elementType : .bool, type.dimensions)
    return [type, mask]
  }
}
