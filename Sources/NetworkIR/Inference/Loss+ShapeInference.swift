import TensorCore

extension Softmax {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let type = try inputs.type(0)
    if let rank = type.dimensions?.count {
      guard axis >= -rank, axis < rank || flattens && axis == rank else {
        throw .axis(axis, rank: rank)
      }
    }
    return [type]
  }
}

extension ClassificationLoss {
  /// Scores [N, C, d…], labels [N, d…], weights [C] → a scalar, or [N, d…] where nothing is reduced;
  /// and log-probabilities as the scores.
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let scores = try inputs.dimensions(0, rank: 2...InferenceContext.rankLimit)
    let labels = try inputs.dimensions(1, rank: 1...InferenceContext.rankLimit)
    let weights = inputs.isPresent(2) ? try inputs.dimensions(2, rank: 1...1) : nil
    let elementType = try inputs.type(0).elementType
    guard let scores else {
      return [ValueType(elementType, reduction == .none ? labels : []), .unknown]
    }
    if let weights, scores[1].unified(with: weights[0]) == nil { throw .shapes([scores, weights]) }
    var expected = scores
    expected.remove(at: 1)
    for (axis, extent) in (labels ?? expected).enumerated() {
      guard labels?.count ?? expected.count == expected.count,
        let unified = expected[axis].unified(with: extent)
      else { throw .shapes([scores, labels ?? []]) }
      expected[axis] = unified
    }
    return [
      ValueType(elementType, reduction == .none ? expected : []), ValueType(elementType, scores),
    ]
  }
}
