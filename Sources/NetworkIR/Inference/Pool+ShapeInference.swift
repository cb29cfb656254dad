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
    let x = try inputs.dimensions(0, rank: 2...InferenceContext.rankLimit)
    return [
      ValueType(
        try inputs.type(0).elementType,
        x.map { $0[..<2] + Array(repeating: .fixed(1), count: $0.count - 2) })
    ]
  }
}

extension ReduceMean {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    guard let x = try inputs.dimensions(0) else { return [ValueType(elementType, nil)] }
    let unknown = ValueType(
      elementType, keepDims ? Array(repeating: .unknown, count: x.count) : nil)
    var axes = self.axes ?? []
    if inputs.isPresent(1) {
      guard let listed = inputs.integers(1) else { return [unknown] }
      axes = listed
    }
    if axes.isEmpty {
      if noopWithEmptyAxes { return [ValueType(elementType, x)] }
      axes = Array(x.indices)
    }
    let reduced = try InferenceContext.normalize(axes, rank: x.count)
    let kept = x.indices.compactMap { axis -> Dimension? in
      reduced.contains(axis) ? (keepDims ? .fixed(1) : nil) : x[axis]
    }
    return [ValueType(elementType, kept)]
  }
}
