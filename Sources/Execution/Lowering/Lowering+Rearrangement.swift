import Kernels
import NetworkIR
import TensorCore

extension Lowering {
  /// Flatten, Reshape, Squeeze and Unsqueeze: only the shape changes, and inference knows it.
  mutating func lowerReshaping(_ node: Node, _ index: Int) throws(ExecutionError) {
    let source = try input(node, 0)
    let output = try outputShape(node)
    guard Shape.elementCount(computation.shape(source)) == Shape.elementCount(output) else {
      throw unsupported(node, index, "whose declared output is not what it computes")
    }
    add(Reshaping(), [source], for: node, shape: output)
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

  mutating func lowerExpand(_ node: Node, _ index: Int) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let output = try outputShape(node)
    guard Shape.broadcast(shape, output) == output else {
      throw unsupported(node, index, "whose declared output is not what it computes")
    }
    add(StridedView(broadcasting: shape, to: output), [source], for: node, shape: output)
  }

  mutating func lower(_ resize: Resize, _ node: Node, _ index: Int) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let output = try outputShape(node)
    guard (3...5).contains(shape.count), shape.prefix(2) == output.prefix(2) else {
      throw unsupported(node, index, "of batch or channels")
    }
    let factors = zip(output, shape).dropFirst(2)
    // PyTorch's coordinates differ for one pixel only, which it takes from the first.
    let isHalfPixel =
      resize.coordinates == "half_pixel"
      || resize.coordinates == "pytorch_half_pixel" && !output.dropFirst(2).contains(1)
    let function: ResamplingFunction
    switch resize.mode {
    case .linear where isHalfPixel: function = .linear
    case .nearest where factors.allSatisfy({ $0 % $1 == 0 }) && repeatsPixels(resize):
      function = .nearest
    default:
      throw unsupported(
        node, index,
        "with mode \(resize.mode.rawValue), coordinates \(resize.coordinates), "
          + "rounding \(resize.nearestMode)")
    }
    guard try scalesExactly(node, from: shape, to: output) else {
      throw unsupported(node, index, "by scales that give no whole extents")
    }
    add(Resampling(function: function), [source], for: node, shape: output)
  }

  /// True where the scales, if the node has any, are the ratios of the extents: coordinates are
  /// computed with the scales, in oneDNN with the ratios.
  private func scalesExactly(
    _ node: Node, from shape: [Int], to output: [Int]
  ) throws(ExecutionError) -> Bool {
    if let sizes = node.input(3), types.shape(of: sizes) != [0] { return true }
    guard let value = node.input(graph.opset < 11 ? 1 : 2) else { return false }
    guard let scales = try constant(value, for: node.name).floats, scales.count == shape.count
    else { return false }
    return zip(scales, zip(shape, output)).allSatisfy { scale, extents in
      // Two roundings: an exporter divides the extents in Float.
      (scale * Float(extents.0) - Float(extents.1)).magnitude <= Float(extents.1) * 0x1p-22
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
