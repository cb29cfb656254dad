import TensorCore

extension Pool {
  /// X [N, C, x…] → Y [N, C, y…] and, for MaxPool, the int64 indices of the maxima.
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let kernel = window.kernelShape ?? []
    let x = try inputs.dimensions(0, rank: kernel.count + 2...kernel.count + 2)
    let elementType = try inputs.type(0).elementType
    guard let x else { return [ValueType(elementType, nil), ValueType(.int64, nil)] }
    let extents = try window.outputExtents(Array(x[2...]), kernel: kernel, ceil: ceilMode)
    return [ValueType(elementType, x[..<2] + extents), ValueType(.int64, x[..<2] + extents)]
  }
}

extension GlobalAveragePool {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    try GlobalPool(.max).outputTypes(inputs)
  }
}

extension GlobalPool {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let x = try inputs.dimensions(0, rank: 2...InferenceContext.rankLimit)
    return [
      ValueType(
        try inputs.type(0).elementType,
        x.map { $0[..<2] + Array(repeating: .fixed(1), count: $0.count - 2) })
    ]
  }
}
