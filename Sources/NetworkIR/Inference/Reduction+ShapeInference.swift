import TensorCore

extension ReduceMean {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    [try inputs.reduced(over: axes, keepDims: keepDims, noopWithEmptyAxes: noopWithEmptyAxes)]
  }
}

extension ReduceSum {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    [try inputs.reduced(over: axes, keepDims: keepDims, noopWithEmptyAxes: noopWithEmptyAxes)]
  }
}

extension InferenceContext {
  /// The type of input 0 reduced over axes, which input 1 may list; over all where none are listed.
  fileprivate func reduced(
    over given: [Int]?, keepDims: Bool, noopWithEmptyAxes: Bool
  ) throws(OperatorFailure) -> ValueType {
    let elementType = try type(0).elementType
    guard let x = try dimensions(0) else { return ValueType(elementType, nil) }
    var axes = given ?? []
    if isPresent(1) {
      guard let listed = integers(1) else {
        return ValueType(elementType, keepDims ? Array(repeating: .unknown, count: x.count) : nil)
      }
      axes = listed
    }
    if axes.isEmpty {
      if noopWithEmptyAxes { return ValueType(elementType, x) }
      axes = Array(x.indices)
    }
    let reduced = try Self.normalize(axes, rank: x.count)
    return ValueType(
      elementType,
      x.indices.compactMap { axis -> Dimension? in
        reduced.contains(axis) ? (keepDims ? .fixed(1) : nil) : x[axis]
      })
  }
}
