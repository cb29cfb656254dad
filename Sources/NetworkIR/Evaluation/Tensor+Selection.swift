import TensorCore

extension Tensor {
  /// The elements broadcast to `shape`.
  func broadcast(to shape: [Int]) throws(OperatorFailure) -> Tensor {
    // Nothing to broadcast, and extents of any size.
    let map =
      shape.contains(0)
      ? ElementMap.positions([]) : ElementMap.broadcast(self.shape, to: shape)
    return try moved(map, [self], shape)
  }

  /// For a tensor of bools: elements of `x` where it is true, of `y` elsewhere, bit for bit.
  func selecting(_ x: Tensor, _ y: Tensor, shape: [Int]) throws(OperatorFailure) -> Tensor {
    let (a, b) = (try x.broadcast(to: shape), try y.broadcast(to: shape))
    guard elementType == .bool, let condition = try broadcast(to: shape).integers else {
      throw .notEvaluated
    }
    let count = condition.count
    let both = try a.moved(.blocks(count: 1, lengths: [count, count]), [a, b], [2 * count])
    let positions = condition.indices.map { condition[$0] != 0 ? $0 : count + $0 }
    return try both.moved(.positions(positions), [both], shape)
  }

  /// Whether the elements are those of `other`, as numbers.
  func equal(to other: Tensor, shape: [Int]) throws(OperatorFailure) -> Tensor {
    let (x, y) = (try broadcast(to: shape), try other.broadcast(to: shape))
    if let a = x.integers, let b = y.integers {
      return Tensor(.bool, zip(a, b).map { $0 == $1 ? UInt8(1) : 0 }, shape)
    }
    guard let a = x.doubles, let b = y.doubles else { throw .notEvaluated }
    return Tensor(.bool, zip(a, b).map { $0 == $1 ? UInt8(1) : 0 }, shape)
  }
}
