import Kernels
import NetworkIR
import TensorCore

extension Lowering {
  /// Flatten, Reshape, Squeeze and Unsqueeze: only the shape changes, and inference knows it.
  mutating func lowerReshaping(_ node: Node) throws(ExecutionError) {
    add(Reshaping(), [try input(node, 0)], for: node, shape: try outputShape(node))
  }

  mutating func lower(_ concat: Concat, _ node: Node) throws(ExecutionError) {
    var inputs: [Computation.TensorID] = []
    for position in node.inputs.indices { inputs.append(try input(node, position)) }
    let output = try outputShape(node)
    add(
      Concatenation(axis: concat.axis < 0 ? concat.axis + output.count : concat.axis), inputs,
      for: node, shape: output)
  }

  mutating func lower(_ transpose: Transpose, _ node: Node) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let permutation = transpose.permutation ?? shape.indices.reversed()
    add(
      StridedView(permuting: shape, by: permutation), [source], for: node,
      shape: permutation.map { shape[$0] })
  }

  mutating func lowerExpand(_ node: Node) throws(ExecutionError) {
    let source = try input(node, 0)
    let output = try outputShape(node)
    add(
      StridedView(broadcasting: computation.shape(source), to: output), [source], for: node,
      shape: output)
  }

  mutating func lower(_ slice: Slice, _ node: Node) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let output = try outputShape(node)
    // `??` takes an autoclosure, which would lose the type of the error.
    let (givenStarts, givenAxes, givenSteps) = try (
      integers(node, 1), integers(node, 3), integers(node, 4)
    )
    guard let starts = slice.starts ?? givenStarts else { throw unsupported(node, 0) }
    let axes = slice.axes ?? givenAxes ?? Array(starts.indices)
    let steps = givenSteps ?? starts.map { _ in 1 }
    var strides = Shape.strides(shape)
    var offset = 0
    for (position, axis) in axes.enumerated() {
      let axis = axis < 0 ? axis + shape.count : axis
      let (extent, step) = (shape[axis], steps[position])
      let start = starts[position] < 0 ? starts[position] + extent : starts[position]
      let first = step > 0 ? min(max(start, 0), extent) : min(max(start, 0), extent - 1)
      offset += first * strides[axis]
      strides[axis] *= step
    }
    add(StridedView(strides: strides, offset: offset), [source], for: node, shape: output)
  }

  /// The integers of an optional input.
  private func integers(_ node: Node, _ position: Int) throws(ExecutionError) -> [Int]? {
    guard let value = node.input(position) else { return nil }
    return try integers(value, for: node.name)
  }

  mutating func lower(_ split: Split, _ node: Node) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let axis = split.axis < 0 ? split.axis + shape.count : split.axis
    let strides = Shape.strides(shape)
    var start = 0
    for output in node.outputs {
      guard let output else {
        throw unsupported(node, 0, "with an output that nobody asked for")
      }
      let part = try self.shape(output)
      set(
        output,
        to: computation.add(
          StridedView(strides: strides, offset: start * strides[axis]), [source], shapes: [part],
          origin: node.name)[0])
      start += part[axis]
    }
  }

  mutating func lower(_ resize: Resize, _ node: Node, _ index: Int) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let output = try outputShape(node)
    guard (3...5).contains(shape.count), shape.prefix(2) == output.prefix(2) else {
      throw unsupported(node, index, "of batch or channels")
    }
    let factors = zip(output, shape).dropFirst(2)
    switch resize.mode {
    case .linear
    where ["half_pixel", "pytorch_half_pixel"].contains(resize.coordinates)
      && !output.dropFirst(2).contains(1):
      add(Resampling(function: .linear), [source], for: node, shape: output)
    case .nearest where factors.allSatisfy({ $0 % $1 == 0 }) && repeatsPixels(resize):
      add(Resampling(function: .nearest), [source], for: node, shape: output)
    default:
      throw unsupported(
        node, index,
        "with mode \(resize.mode.rawValue), coordinates \(resize.coordinates), "
          + "rounding \(resize.nearestMode)")
    }
  }

  /// True where upsampling by whole factors repeats each pixel, as oneDNN does.
  private func repeatsPixels(_ resize: Resize) -> Bool {
    switch (resize.coordinates, resize.nearestMode) {
    case ("asymmetric", "floor"): true
    case ("half_pixel", "round_prefer_floor"), ("half_pixel", "round_prefer_ceil"): true
    case ("pytorch_half_pixel", "round_prefer_floor"): true
    default: false
    }
  }
}
