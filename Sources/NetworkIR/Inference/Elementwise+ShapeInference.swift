import TensorCore

extension Activation {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    [try inputs.type(0)]
  }
}

extension Unary {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    [try inputs.type(0)]
  }
}

extension Broadcasting {
  /// All inputs broadcast to the output; PRelu's slope to its input.
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let isPair = function == .power || function == .parametricRelu
    let count = isPair ? 2 : max(1, inputs.types.count)
    var result = try inputs.dimensions(0)
    for index in 1..<max(count, 1) {
      let other = try inputs.dimensions(index)
      guard let known = result, var other else {
        result = nil
        continue
      }
      if function == .parametricRelu {
        other = slope(other, for: known, opset: inputs.opset)
        guard other.count <= known.count else { throw .shapes([known, other]) }
      }
      result = try known.broadcast(with: other, alignment)
    }
    // The exponent may be of another type than the base.
    let elementType =
      function == .power
      ? try inputs.type(0).elementType : try inputs.sharedElementType(0..<count)
    return [ValueType(elementType, result)]
  }

  /// The slope as it broadcasts: before opset 7 one an axis-1 channel.
  private func slope(
    _ slope: [Dimension], for x: [Dimension], opset: Int
  ) -> [Dimension] {
    guard opset < 7, slope.count == 1, slope[0] != .fixed(1), x.count > 2 else { return slope }
    return slope + Array(repeating: .fixed(1), count: x.count - 2)
  }
}

extension Binary {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let a = try inputs.dimensions(0)
    let b = try inputs.dimensions(1)
    let elementType = try inputs.sharedElementType(0...1)
    guard let a, let b else { return [ValueType(elementType, nil)] }
    return [ValueType(elementType, try a.broadcast(with: b, alignment))]
  }
}

extension [Dimension] {
  /// As `broadcast(with:)`; where an alignment is given, to these very extents.
  fileprivate func broadcast(
    with other: [Dimension], _ alignment: AxisAlignment?
  ) throws(OperatorFailure) -> [Dimension] {
    guard let alignment else { return try broadcast(with: other) }
    guard let aligned = alignment.aligned(other, toRank: count, filler: .fixed(1)),
      zip(self, try broadcast(with: aligned)).allSatisfy({ $0.unified(with: $1) != nil })
    else { throw .shapes([self, other]) }
    return self
  }
}

extension AxisAlignment {
  /// The second operand under the extents that numpy broadcasts.
  func aligned(_ second: Tensor, to first: Tensor) throws(OperatorFailure) -> Tensor {
    guard let shape = aligned(second.shape, toRank: first.shape.count, filler: 1) else {
      throw .shapes([first, second].map { $0.shape.map(Dimension.fixed) })
    }
    return second.reshaped(shape)
  }
}

extension Cast {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    [ValueType(elementType, try inputs.dimensions(0))]
  }
}

extension Identity {
  /// Sequences and optionals pass too.
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    guard inputs.isPresent(0), let type = inputs.types[0] else { throw .missingInput(0) }
    return [type]
  }
}

extension BatchNormalization {
  /// Y as X; whatever other outputs the opset knows are statistics, as large as the given ones.
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    guard isSpatial else { return try outputTypesOfPlaces(inputs) }
    let x = try inputs.dimensions(0, rank: 1...InferenceContext.rankLimit)
    var channels = x.map { $0.count > 1 ? $0[1] : .fixed(1) } ?? .unknown
    for index in 1...4 {
      guard let vector = try inputs.dimensions(index, rank: 1...1) else { continue }
      guard let unified = channels.unified(with: vector[0]) else {
        throw .extent(
          input: index, axis: 0, found: vector[0].extent ?? 0, expected: channels.extent ?? 0)
      }
      channels = unified
    }
    let statistics = ValueType(try inputs.type(3).elementType, [channels])
    let y = ValueType(
      try inputs.type(0).elementType,
      x.map { $0.count > 1 ? [$0[0], channels] + $0[2...] : $0 })
    return [y] + Array(repeating: statistics, count: max(0, inputs.outputCount - 1))
  }

  /// The types where each place has statistics: of X without its first axis.
  private func outputTypesOfPlaces(
    _ inputs: InferenceContext
  ) throws(OperatorFailure) -> [ValueType] {
    let x = try inputs.dimensions(0, rank: 2...InferenceContext.rankLimit)
    for index in 1...4 {
      guard let x, let given = try inputs.dimensions(index) else { continue }
      let fits =
        given.count == x.count - 1
        && zip(given, x.dropFirst()).allSatisfy { $0.unified(with: $1) != nil }
      guard fits else { throw .shapes([x, given]) }
    }
    let statistics = ValueType(
      try inputs.type(3).elementType, x.map { Array($0.dropFirst()) })
    return [ValueType(try inputs.type(0).elementType, x)]
      + Array(repeating: statistics, count: max(0, inputs.outputCount - 1))
  }
}
