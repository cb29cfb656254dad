import TensorCore

extension MaxUnpool {
  /// What the operator gives, bit for bit, in a tensor of that shape.
  func evaluated(_ x: Tensor, at indices: Tensor, shape: [Int]) throws(OperatorFailure) -> Tensor {
    guard let indices = indices.integers, let width = x.elementType.bitWidth, width >= 8 else {
      throw .notEvaluated
    }
    let smallest = try smallestOutput(x.shape.map(Dimension.fixed)).compactMap(\.extent)
    guard smallest.count == shape.count, let count = Shape.elementCount(smallest),
      let outputs = Shape.elementCount(shape)
    else { throw .overflow }
    let (from, to) = (Shape.strides(smallest), Shape.strides(shape))
    // One element more than x has: the zero that stands wherever no maximum was.
    var sources = Array(repeating: x.elementCount, count: outputs)
    for (source, index) in indices.enumerated() {
      guard index >= 0, index < count else { throw .index(index, extent: count) }
      var position = 0
      for axis in shape.indices {
        let coordinate = index / from[axis] % smallest[axis]
        guard coordinate < shape[axis] else { throw .index(coordinate, extent: shape[axis]) }
        position += coordinate * to[axis]
      }
      sources[position] = source
    }
    let zero = Tensor(x.elementType, Array(repeating: UInt8(0), count: width / 8), [1])
    let (flat, joined) = (x.reshaped([x.elementCount]), x.elementCount + 1)
    return try flat.moved(
      .blocks(count: 1, lengths: [x.elementCount, 1]), [flat, zero], [joined]
    ).moved(.positions(sources), [], shape)
  }
}
