import TensorCore

extension Squeeze {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    guard let x = try inputs.dimensions(0) else { return [ValueType(elementType, nil)] }
    let listed = inputs.isPresent(1) ? inputs.integers(1) : axes
    guard let listed else {
      // All axes of extent 1; which these are must be known of every axis.
      let isKnown = !inputs.isPresent(1) && x.allSatisfy { $0.extent != nil }
      return [ValueType(elementType, isKnown ? x.filter { $0 != .fixed(1) } : nil)]
    }
    let dropped = try InferenceContext.normalize(listed, rank: x.count)
    for axis in dropped {
      if let extent = x[axis].extent, extent != 1 {
        throw .extent(input: 0, axis: axis, found: extent, expected: 1)
      }
    }
    return [ValueType(elementType, x.indices.filter { !dropped.contains($0) }.map { x[$0] })]
  }
}

extension Unsqueeze {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    if axes == nil { _ = try inputs.type(1) }
    guard let x = try inputs.dimensions(0), let axes = axes ?? inputs.integers(1) else {
      return [ValueType(elementType, nil)]
    }
    let rank = x.count + axes.count
    guard rank <= InferenceContext.rankLimit else { throw .contents(input: 1) }
    let inserted = try InferenceContext.normalize(axes, rank: rank)
    var rest = x[...]
    let y = (0..<rank).map { inserted.contains($0) ? .fixed(1) : rest.removeFirst() }
    return [ValueType(elementType, y)]
  }
}

extension Transpose {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    guard let x = try inputs.dimensions(0) else { return [ValueType(elementType, nil)] }
    return [ValueType(elementType, try axes(rank: x.count).map { x[$0] })]
  }

  /// The source axis of each axis.
  func axes(rank: Int) throws(OperatorFailure) -> [Int] {
    let axes = permutation ?? Array((0..<rank).reversed())
    guard axes.count == rank else { throw .attribute("perm") }
    return axes
  }
}

extension Expand {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    let x = try inputs.dimensions(0)
    guard let target = try inputs.extents(1), let x else { return [ValueType(elementType, nil)] }
    guard target.allSatisfy({ $0.extent ?? 0 >= 0 }) else { throw .contents(input: 1) }
    return [ValueType(elementType, try x.broadcast(with: target))]
  }
}
