import TensorCore

extension GatherElements {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    let data = try inputs.dimensions(0, rank: 1...InferenceContext.rankLimit)
    let indices = try inputs.dimensions(1)
    if let data, let indices {
      guard data.count == indices.count else { throw .shapes([data, indices]) }
      _ = try InferenceContext.normalize(axis, rank: data.count)
    }
    return [ValueType(elementType, indices)]
  }

  /// For each element of the output the position of its source among the data's elements.
  ///
  /// Requires that the ranks are those that inference accepted.
  package func positions(
    _ indices: [Int], of shape: [Int], data: [Int]
  ) throws(OperatorFailure) -> [Int] {
    let axis = try InferenceContext.normalize(self.axis, rank: data.count)
    let strides = Shape.strides(data)
    var positions: [Int] = []
    positions.reserveCapacity(indices.count)
    let places = Shape.strides(shape)
    for (place, index) in indices.enumerated() {
      var position = try InferenceContext.normalize(index, along: data[axis]) &* strides[axis]
      for other in shape.indices where other != axis {
        let entry = place / places[other] % shape[other]
        guard entry < data[other] else { throw .index(entry, extent: data[other]) }
        position &+= entry &* strides[other]
      }
      positions.append(position)
    }
    return positions
  }
}

extension GatherND {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let ranks = 1...InferenceContext.rankLimit
    let elementType = try inputs.type(0).elementType
    let data = try inputs.dimensions(0, rank: ranks)
    let indices = try inputs.dimensions(1, rank: ranks)
    guard let data, let indices, let depth = indices[indices.count - 1].extent else {
      return [ValueType(elementType, nil)]
    }
    guard batchRank < indices.count, depth > 0, batchRank <= data.count,
      depth <= data.count - batchRank
    else { throw .shapes([data, indices]) }
    for axis in 0..<batchRank where data[axis].unified(with: indices[axis]) == nil {
      throw .shapes([data, indices])
    }
    return [ValueType(elementType, indices.dropLast() + data[(batchRank + depth)...])]
  }

  /// For each row of the indices, batch by batch, which slice of the data it names, the data
  /// counted in slices.
  ///
  /// Requires that the shapes are those that inference accepted.
  package func positions(
    _ indices: [Int], of shape: [Int], data: [Int]
  ) throws(OperatorFailure) -> [Int] {
    let depth = shape[shape.count - 1]
    let extents = Array(data[batchRank..<(batchRank + depth)])
    guard let count = Shape.elementCount(Array(shape.dropLast())),
      let slices = Shape.elementCount(extents),
      let batches = Shape.elementCount(Array(shape[..<batchRank]))
    else { throw .overflow }
    let rowsPerBatch = batches == 0 ? 0 : count / batches
    var positions: [Int] = []
    positions.reserveCapacity(count)
    for row in 0..<count {
      var position = row / rowsPerBatch &* slices
      var stride = slices
      for (axis, extent) in extents.enumerated() {
        stride /= max(extent, 1)
        let index = indices[row * depth + axis]
        position &+= try InferenceContext.normalize(index, along: extent) &* stride
      }
      positions.append(position)
    }
    return positions
  }
}

extension Tile {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    guard let x = try inputs.dimensions(0) else { return [ValueType(elementType, nil)] }
    guard let repeats = try inputs.extents(1) else {
      return [ValueType(elementType, Array(repeating: .unknown, count: x.count))]
    }
    guard repeats.count == x.count, repeats.allSatisfy({ $0.extent ?? 0 >= 0 }) else {
      throw .contents(input: 1)
    }
    var y: [Dimension] = []
    for (extent, count) in zip(x, repeats) { y.append(try extent.applying(.multiply, count)) }
    return [ValueType(elementType, y)]
  }
}

extension InferenceContext {
  /// An index along an axis of that extent, counted from the front.
  static func normalize(_ index: Int, along extent: Int) throws(OperatorFailure) -> Int {
    guard index >= -extent, index < extent else { throw .index(index, extent: extent) }
    return index < 0 ? index + extent : index
  }
}
