import TensorCore

extension Pad {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    guard let x = try inputs.dimensions(0) else { return [ValueType(elementType, nil)] }
    let unknown = ValueType(elementType, Array(repeating: .unknown, count: x.count))
    var axes: [Int]?
    if inputs.isPresent(3) {
      guard let listed = inputs.integers(3) else { return [unknown] }
      axes = listed
    }
    if self.pads == nil { _ = try inputs.type(1) }
    guard let pads = self.pads ?? inputs.integers(1) else { return [unknown] }
    var y: [Dimension] = []
    for (extent, padding) in zip(x, try Self.padding(pads, axes: axes, rank: x.count)) {
      let padded = try extent.applying(.add, .fixed(padding.begin + padding.end))
      guard padded.extent ?? 0 >= 0 else { throw .contents(input: 1) }
      y.append(padded)
    }
    return [ValueType(elementType, y)]
  }
}

extension DepthToSpace {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    guard let x = try inputs.dimensions(0, rank: 4...4) else {
      return [ValueType(elementType, nil)]
    }
    let size = Dimension.fixed(blockSize)
    let channels = Dimension.fixed(blockSize * blockSize)
    if let extent = x[1].extent, extent % (blockSize * blockSize) != 0 {
      throw .attribute("blocksize")
    }
    return [
      ValueType(
        elementType,
        [
          x[0], try x[1].extent == nil ? .unknown : x[1].applying(.divide, channels),
          try x[2].applying(.multiply, size), try x[3].applying(.multiply, size),
        ])
    ]
  }
}

extension SpaceToDepth {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    guard let x = try inputs.dimensions(0, rank: 4...4) else {
      return [ValueType(elementType, nil)]
    }
    for extent in x[2...].compactMap(\.extent) where extent % blockSize != 0 {
      throw .attribute("blocksize")
    }
    let space = try x[2...].map { extent throws(OperatorFailure) -> Dimension in
      extent.extent == nil ? .unknown : try extent.applying(.divide, .fixed(blockSize))
    }
    return [
      ValueType(
        elementType,
        [x[0], try x[1].applying(.multiply, .fixed(blockSize * blockSize))] + space)
    ]
  }
}
