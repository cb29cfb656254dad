import TensorCore

extension Conv {
  /// X [N, C, x…], W [M, C/group, k…], B [M] → Y [N, M, y…].
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let spatial = 3...InferenceContext.rankLimit
    let x = try inputs.dimensions(0, rank: spatial)
    let w = try inputs.dimensions(1, rank: x.map { $0.count...$0.count } ?? spatial)
    let elementType = try inputs.sharedElementType(0...2)
    guard let x, let w else {
      let rank = x?.count ?? w?.count
      let dimensions = rank.map { [x?[0] ?? .unknown, w?[0] ?? .unknown].padded(to: $0) }
      return [ValueType(elementType, dimensions)]
    }
    try checkChannels(x[1], input: 0, axis: 1, equal: try w[1].applying(.multiply, .fixed(group)))
    if let channels = w[0].extent, channels % group != 0 {
      throw .groups(group, channels: channels)
    }
    try inputs.checkBias(2, channels: w[0])
    guard let kernel = try window.kernel(weight: Array(w[2...])) else {
      return [ValueType(elementType, [x[0], w[0]].padded(to: x.count))]
    }
    return [
      ValueType(
        elementType, [x[0], w[0]] + (try window.outputExtents(Array(x[2...]), kernel: kernel)))
    ]
  }
}

extension ConvTranspose {
  /// X [N, C, x…], W [C, M/group, k…], B [M] → Y [N, M, y…], where along each axis
  /// y = stride·(x − 1) + output_padding + d·(k − 1) + 1 − pads.
  ///
  /// For the SAME paddings the pads are what makes y = stride·x, but never negative: where the
  /// kernel leaves gaps between strides, y lacks the last one. ONNX's text has no such bound, its
  /// shape inference and onnxruntime do.
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let spatial = 3...InferenceContext.rankLimit
    let x = try inputs.dimensions(0, rank: spatial)
    let w = try inputs.dimensions(1, rank: x.map { $0.count...$0.count } ?? spatial)
    let elementType = try inputs.sharedElementType(0...2)
    guard let x, let w else { return [ValueType(elementType, nil)] }
    try checkChannels(x[1], input: 0, axis: 1, equal: w[0])
    if let channels = w[0].extent, channels % group != 0 {
      throw .groups(group, channels: channels)
    }
    let channels = try w[1].applying(.multiply, .fixed(group))
    try inputs.checkBias(2, channels: channels)
    guard let kernel = try window.kernel(weight: Array(w[2...])) else {
      return [ValueType(elementType, [x[0], channels].padded(to: x.count))]
    }
    let extents = try outputExtents(Array(x[2...]), kernel: kernel)
    return [ValueType(elementType, [x[0], channels] + extents)]
  }

  private func outputExtents(
    _ input: [Dimension], kernel: [Int]
  ) throws(OperatorFailure) -> [Dimension] {
    if let outputShape {
      guard outputShape.count == input.count, outputShape.allSatisfy({ $0 > 0 }) else {
        throw .attribute("output_shape")
      }
      return outputShape.map(Dimension.fixed)
    }
    var explicit = window
    let isSame = window.autoPad == .sameUpper || window.autoPad == .sameLower
    if isSame { explicit.autoPad = .valid }
    guard let geometry = explicit.geometry(kernel: kernel, input: []) else {
      throw .attribute("kernel_shape")
    }
    let padding = outputPadding ?? Array(repeating: 0, count: input.count)
    guard padding.count == input.count, padding.allSatisfy({ (0..<1 << 31).contains($0) }) else {
      throw .attribute("output_padding")
    }
    var output: [Dimension] = []
    for axis in input.indices {
      let stride = Dimension.fixed(geometry.strides[axis])
      var rest =
        geometry.reach(axis) + padding[axis] - geometry.padsBegin[axis] - geometry.padsEnd[axis]
        - geometry.strides[axis]
      if isSame { rest = min(rest, 0) }
      let extent = try input[axis].applying(.multiply, stride).applying(.add, .fixed(rest))
      if let extent = extent.extent, extent <= 0 { throw .window(input) }
      output.append(extent)
    }
    return output
  }
}

/// Throws where an input's channels are known not to be what the weight asks for.
private func checkChannels(
  _ found: Dimension, input: Int, axis: Int, equal expected: Dimension
) throws(OperatorFailure) {
  if let found = found.extent, let expected = expected.extent, found != expected {
    throw .extent(input: input, axis: axis, found: found, expected: expected)
  }
}

extension InferenceContext {
  fileprivate func checkBias(_ index: Int, channels: Dimension) throws(OperatorFailure) {
    guard isPresent(index), let bias = try dimensions(index, rank: 1...1) else { return }
    try checkChannels(bias[0], input: index, axis: 0, equal: channels)
  }
}

extension Array where Element == Dimension {
  fileprivate func padded(to rank: Int) -> [Dimension] {
    self + Array(repeating: .unknown, count: Swift.max(0, rank - count))
  }
}
