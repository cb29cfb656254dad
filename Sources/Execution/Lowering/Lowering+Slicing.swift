import NetworkIR
import TensorCore

extension Lowering {
  mutating func lower(_ slice: Slice, _ node: Node, _ index: Int) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let output = try outputShape(node)
    let bounds = try bounds(slice, node, index)
    var strides = Shape.strides(shape)
    var offset = 0
    for (start, axis, step) in bounds {
      let axis = axis < 0 ? axis + shape.count : axis
      guard shape.indices.contains(axis) else { throw unsupported(node, index, "of axis \(axis)") }
      let start = start < 0 ? start + shape[axis] : start
      offset += min(max(start, 0), shape[axis] - 1) * strides[axis]
      // A step that leaves the axis can be as long as an integer allows.
      strides[axis] = output[axis] > 1 ? strides[axis] &* step : 0
    }
    try addView(
      StridedView(strides: strides, offset: offset), of: source, to: node.output(0),
      shape: output, for: node, index)
  }

  /// The start, axis and step of each axis that is sliced.
  private func bounds(
    _ slice: Slice, _ node: Node, _ index: Int
  ) throws(ExecutionError) -> [(start: Int, axis: Int, step: Int)] {
    if let starts = slice.starts {
      return zip(starts, slice.axes ?? Array(starts.indices)).map { ($0, $1, 1) }
    }
    guard let starts = try integers(node, 1), try integers(node, 2) != nil else {
      throw unsupported(node, index)
    }
    // `??` takes an autoclosure, which would lose the type of the error.
    let (givenAxes, givenSteps) = try (integers(node, 3), integers(node, 4))
    let axes = givenAxes ?? Array(starts.indices)
    let steps = givenSteps ?? starts.map { _ in 1 }
    return zip(starts, zip(axes, steps)).map { ($0, $1.0, $1.1) }
  }

  /// The integers of an optional input.
  func integers(_ node: Node, _ position: Int) throws(ExecutionError) -> [Int]? {
    guard let value = node.input(position) else { return nil }
    return try integers(value, for: node.name)
  }

  mutating func lower(_ split: Split, _ node: Node, _ index: Int) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let axis = split.axis < 0 ? split.axis + shape.count : split.axis
    let strides = Shape.strides(shape)
    var start = 0
    for output in node.outputs {
      guard let output else {
        throw unsupported(node, index, "with an output that nobody asked for")
      }
      let part = try self.shape(output)
      guard part.count == shape.count else { throw unsupported(node, index) }
      try addView(
        StridedView(strides: strides, offset: start * strides[axis]), of: source, to: output,
        shape: part, for: node, index)
      start += part[axis]
    }
  }
}
