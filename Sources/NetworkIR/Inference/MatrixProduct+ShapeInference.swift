import TensorCore

extension Gemm {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let a = try inputs.dimensions(0, rank: 2...2) ?? [.unknown, .unknown]
    let b = try inputs.dimensions(1, rank: 2...2) ?? [.unknown, .unknown]
    guard (transA ? a[0] : a[1]).unified(with: transB ? b[1] : b[0]) != nil else {
      throw .shapes([a, b])
    }
    let y = [transA ? a[1] : a[0], transB ? b[0] : b[1]]
    if inputs.isPresent(2), let c = try inputs.dimensions(2, rank: 0...2) {
      for (axis, extent) in c.enumerated() {
        // C broadcasts to Y, never Y to C.
        guard let found = extent.extent, found != 1 else { continue }
        guard let expected = y[axis + 2 - c.count].extent, found != expected else { continue }
        throw .extent(input: 2, axis: axis, found: found, expected: expected)
      }
    }
    return [ValueType(try inputs.sharedElementType(0...2), y)]
  }
}

extension MatMul {
  /// A vector counts as a matrix of one row (left) or column (right), which the result then lacks.
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let ranks = 1...InferenceContext.rankLimit
    let a = try inputs.dimensions(0, rank: ranks)
    let b = try inputs.dimensions(1, rank: ranks)
    let elementType = try inputs.sharedElementType(0...1)
    guard let a, let b else { return [ValueType(elementType, nil)] }
    guard a[a.count - 1].unified(with: b.count > 1 ? b[b.count - 2] : b[0]) != nil else {
      throw .shapes([a, b])
    }
    var y = try Array(a.dropLast(2)).broadcast(with: Array(b.dropLast(2)))
    if a.count > 1 { y.append(a[a.count - 2]) }
    if b.count > 1 { y.append(b[b.count - 1]) }
    return [ValueType(elementType, y)]
  }
}
