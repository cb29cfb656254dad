import Kernels
import NetworkIR
import TensorCore

extension Lowering {
  mutating func lower(_ conv: Conv, _ node: Node, _ index: Int) throws(ExecutionError) {
    let inputs = try convolutionInputs(node)
    let (source, weights) = (computation.shape(inputs[0]), computation.shape(inputs[1]))
    guard (3...5).contains(source.count), source.count == weights.count,
      let window = conv.window.geometry(
        kernel: Array(weights.dropFirst(2)), input: source.dropFirst(2).map { $0 })
    else { throw unsupported(node, index, "on a tensor of rank \(source.count)") }
    add(
      Weighted(map: .convolution(window, group: conv.group)), inputs, for: node,
      shape: try outputShape(node))
  }

  mutating func lower(_ conv: ConvTranspose, _ node: Node, _ index: Int) throws(ExecutionError) {
    let inputs = try convolutionInputs(node)
    let (source, weights) = (computation.shape(inputs[0]), computation.shape(inputs[1]))
    let output = try outputShape(node)
    guard (3...5).contains(source.count), source.count == weights.count,
      var window = conv.window.geometry(
        kernel: Array(weights.dropFirst(2)), input: source.dropFirst(2).map { $0 })
    else { throw unsupported(node, index, "on a tensor of rank \(source.count)") }
    let outputPadding = conv.outputPadding ?? Array(repeating: 0, count: window.rank)
    guard outputPadding.count == window.rank else {
      throw unsupported(node, index, "with output_padding of other axes")
    }
    let isDerived = conv.outputShape != nil || ![.notset, .valid].contains(conv.window.autoPad)
    for axis in 0..<window.rank {
      let excess =
        (source[2 + axis] - 1) * window.strides[axis] + window.reach(axis) - output[2 + axis]
      if isDerived {
        // The odd rest goes to the end in SAME_UPPER, to the begin otherwise.
        let total = max(0, excess + outputPadding[axis])
        window.padsBegin[axis] =
          conv.window.autoPad == .sameUpper ? total / 2 : total - total / 2
      }
      // Output padding is padding that the end lacks: what is left follows from the extents.
      window.padsEnd[axis] = excess - window.padsBegin[axis]
    }
    add(
      Weighted(map: .transposedConvolution(window, group: conv.group)), inputs, for: node,
      shape: output)
  }

  private mutating func convolutionInputs(
    _ node: Node
  ) throws(ExecutionError) -> [Computation.TensorID] {
    var inputs = [try input(node, 0), try input(node, 1)]
    if let bias = node.input(2) { inputs.append(try tensor(bias)) }
    return inputs
  }

  mutating func lower(_ pool: Pool, _ node: Node, _ index: Int) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let output = try outputShape(node)
    guard (3...5).contains(shape.count), let kernel = pool.window.kernelShape,
      var window = pool.window.geometry(kernel: kernel, input: shape.dropFirst(2).map { $0 })
    else { throw unsupported(node, index, "on a tensor of rank \(shape.count)") }
    guard node.output(1) == nil else { throw unsupported(node, index, "with indices") }
    // ceil_mode lets the last window reach past the padding: pad as far as it reaches.
    for axis in 0..<window.rank {
      let reached = (output[2 + axis] - 1) * window.strides[axis] + window.reach(axis)
      let padded = shape[2 + axis] + window.padsBegin[axis] + window.padsEnd[axis]
      guard reached <= padded || pool.kind == .max || !pool.countIncludePad else {
        throw unsupported(node, index, "with ceil_mode and count_include_pad")
      }
      window.padsEnd[axis] = reached - shape[2 + axis] - window.padsBegin[axis]
    }
    switch pool.kind {
    case .max: addMaxPooling(source, window, for: node, shape: output)
    case .average:
      add(
        Pooling(function: .average(includesPadding: pool.countIncludePad), window: window),
        [source], for: node, shape: output)
    }
  }

  /// Training keeps where each maximum was: a second output, whose bytes the primitive decides.
  private mutating func addMaxPooling(
    _ source: Computation.TensorID, _ window: WindowGeometry, for node: Node, shape: [Int]
  ) {
    let outputs = computation.add(
      Pooling(function: .maximum, window: window), [source],
      shapes: mode == .training ? [shape, shape] : [shape], origin: node.name)
    set(node.output(0), to: outputs[0])
  }

  mutating func lowerGlobalAveragePool(_ node: Node) throws(ExecutionError) {
    let source = try input(node, 0)
    let rank = computation.shape(source).count
    try addMean(of: source, over: Array(2..<rank), for: node)
  }

  mutating func lower(_ mean: ReduceMean, _ node: Node) throws(ExecutionError) {
    let source = try input(node, 0)
    let rank = computation.shape(source).count
    var axes = mean.axes
    if axes == nil, let value = node.input(1) { axes = try integers(value, for: node.name) }
    if axes?.isEmpty ?? true, mean.noopWithEmptyAxes {
      return set(node.output(0), to: source)
    }
    let chosen = axes.flatMap { $0.isEmpty ? nil : $0 } ?? Array(0..<rank)
    try addMean(of: source, over: chosen.map { $0 < 0 ? $0 + rank : $0 }, for: node)
  }

  private mutating func addMean(
    of source: Computation.TensorID, over axes: [Int], for node: Node
  ) throws(ExecutionError) {
    let shape = computation.shape(source)
    let kept = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
    let output = try outputShape(node)
    // The mean over all of space is an average pooling, which keeps blocked layouts.
    // What reduces nothing has no primitive: a mean over one element.
    guard kept != shape else { return add(Reshaping(), [source], for: node, shape: output) }
    let isSpatial = (3...5).contains(shape.count) && Set(axes) == Set(2..<shape.count)
    let reduced: Computation.TensorID
    if isSpatial {
      let window = WindowGeometry(kernel: Array(shape.dropFirst(2)))
      reduced =
        computation.add(
          Pooling(function: .average(includesPadding: false), window: window), [source],
          shapes: [kept], origin: node.name)[0]
    } else {
      reduced =
        computation.add(
          Reduction(function: .mean), [source], shapes: [kept], origin: node.name)[0]
    }
    if kept == output { return set(node.output(0), to: reduced) }
    add(Reshaping(), [reduced], for: node, shape: output)
  }
}
