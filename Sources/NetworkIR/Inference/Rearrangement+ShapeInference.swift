import TensorCore

extension Concat {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.sharedElementType(inputs.types.indices)
    var shapes: [[Dimension]] = []
    for index in 0..<max(1, inputs.types.count) {
      // One input of unknown rank leaves the sum unknown.
      guard let shape = try inputs.dimensions(index, rank: 1...InferenceContext.rankLimit) else {
        return [ValueType(elementType, nil)]
      }
      shapes.append(shape)
    }
    var result = shapes[0]
    let axis = try InferenceContext.normalize(self.axis, rank: result.count)
    for shape in shapes.dropFirst() {
      guard shape.count == result.count else { throw .shapes(shapes) }
      for other in result.indices {
        if other == axis {
          result[other] = try result[other].applying(.add, shape[other])
        } else if let extent = result[other].unified(with: shape[other]) {
          result[other] = extent
        } else {
          throw .shapes(shapes)
        }
      }
    }
    return [ValueType(elementType, result)]
  }
}

extension Split {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    let x = try inputs.dimensions(0, rank: 1...InferenceContext.rankLimit)
    guard let x else {
      return Array(repeating: ValueType(elementType, nil), count: inputs.outputCount)
    }
    let axis = try InferenceContext.normalize(self.axis, rank: x.count)
    return try parts(of: x[axis], axis: axis, inputs).map { extent in
      var part = x
      part[axis] = extent
      return ValueType(elementType, part)
    }
  }

  /// The extents of the parts along `axis`, one for each output.
  ///
  /// Equal parts before opset 18; since then the last may be smaller.
  func parts(
    of extent: Dimension, axis: Int, _ inputs: InferenceContext
  ) throws(OperatorFailure) -> [Dimension] {
    let count = inputs.outputCount
    guard count > 0 else { throw .outputCount(count) }
    let unknown = Array(repeating: Dimension.unknown, count: count)
    if extents != nil || inputs.isPresent(1) {
      guard let parts = extents ?? inputs.integers(1) else { return unknown }
      guard parts.count == count else { throw .outputCount(count) }
      guard parts.allSatisfy({ $0 >= 0 }) else { throw .attribute("split") }
      let sum = try parts.reduceChecked()
      if let extent = extent.extent, extent != sum {
        throw .extent(input: 0, axis: axis, found: extent, expected: sum)
      }
      return parts.map(Dimension.fixed)
    }
    guard let extent = extent.extent else { return count == 1 ? [extent] : unknown }
    let size = extent / count + (extent % count == 0 ? 0 : 1)
    guard extent % count == 0 || inputs.opset >= 18, extent >= size * (count - 1) else {
      throw .outputCount(count)
    }
    return Array(repeating: .fixed(size), count: count - 1) + [.fixed(extent - size * (count - 1))]
  }
}

extension Gather {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    let data = try inputs.dimensions(0, rank: 1...InferenceContext.rankLimit)
    let indices = try inputs.dimensions(1)
    guard let data, let indices else { return [ValueType(elementType, nil)] }
    let axis = try InferenceContext.normalize(self.axis, rank: data.count)
    guard data.count + indices.count - 1 <= InferenceContext.rankLimit else {
      throw .shapes([data, indices])
    }
    return [ValueType(elementType, data[..<axis] + indices + data[(axis + 1)...])]
  }
}

extension Array where Element == Int {
  fileprivate func reduceChecked() throws(OperatorFailure) -> Int {
    var sum = 0
    for element in self { sum = try sum.applying(.add, element) }
    return sum
  }
}
