import Kernels
import NetworkIR
import TensorCore

extension Lowering {
  /// Resize and Upsample: a primitive where it means the same, otherwise a sparse matrix along each
  /// axis that changes.
  mutating func lower(_ resize: Resize, _ node: Node, _ index: Int) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let output = try outputShape(node)
    let scaling = try scaling(resize, node, index)
    guard scaling.map(\.extent) == output else {
      throw unsupported(node, index, "whose declared output is not what it computes")
    }
    if let function = resamplingFunction(resize, scaling, shape) {
      return add(Resampling(function: function), [source], for: node, shape: output)
    }
    let regions = try regions(resize, node, index, rank: shape.count)
    var result = source
    for axis in shape.indices where resizes(axis, resize, scaling, shape, regions) {
      try checkMapped(max(shape[axis], output[axis]))
      let map = AxisMap(resize, extent: shape[axis], to: scaling[axis], region: regions[axis])
      guard let map else {
        throw unsupported(
          node, index,
          "with mode \(resize.mode.rawValue), coordinates \(resize.coordinates), "
            + "rounding \(resize.nearestMode)")
      }
      result = mapped(result, axis: axis, by: map, node)
    }
    set(node.output(0), to: result)
  }

  private func resizes(
    _ axis: Int, _ resize: Resize, _ scaling: [Resize.AxisScaling], _ shape: [Int],
    _ regions: [(Double, Double)]
  ) -> Bool {
    let isWhole = resize.coordinates != "tf_crop_and_resize" || regions[axis] == (0, 1)
    return !(isWhole && scaling[axis].keeps(shape[axis]))
  }

  private func scaling(
    _ resize: Resize, _ node: Node, _ index: Int
  ) throws(ExecutionError) -> [Resize.AxisScaling] {
    let shape = try shape(required(node, 0))
    var sizes: [Int]?
    if let value = node.input(3), types.shape(of: value) != [0] {
      sizes = try integers(value, for: node.name)
    }
    var scales = resize.scales
    if sizes == nil, scales == nil {
      scales = try floats(node, Resize.scalesInput(opset: graph.opset))
    }
    let scaling: [Resize.AxisScaling]?
    do { scaling = try resize.scaling(shape, scales: scales, sizes: sizes) } catch {
      throw unsupported(node, index, "by scales or sizes that do not fit")
    }
    guard let scaling else { throw unsupported(node, index, "without scales or sizes") }
    return scaling
  }

  /// The part of each axis that is resized, in units of its extent.
  private func regions(
    _ resize: Resize, _ node: Node, _ index: Int, rank: Int
  ) throws(ExecutionError) -> [(Double, Double)] {
    var regions = Array(repeating: (0.0, 1.0), count: rank)
    guard resize.coordinates == "tf_crop_and_resize" else { return regions }
    let bounds = try floats(node, 1)?.map(Double.init) ?? []
    let axes = (resize.axes ?? Array(0..<rank)).map { $0 < 0 ? $0 + rank : $0 }
    guard bounds.count == 2 * axes.count else { throw unsupported(node, index, "without roi") }
    for (position, axis) in axes.enumerated() {
      regions[axis] = (bounds[position], bounds[axes.count + position])
    }
    return regions
  }

  /// The elements of an optional input that must be known before a run.
  func floats(_ node: Node, _ position: Int) throws(ExecutionError) -> [Float]? {
    guard let value = node.input(position) else { return nil }
    return try constant(value, for: node.name).floats
  }

  /// The primitive's function that means the same: space alone is resized, by the ratios of the
  /// extents, at coordinates that oneDNN has.
  private func resamplingFunction(
    _ resize: Resize, _ scaling: [Resize.AxisScaling], _ shape: [Int]
  ) -> ResamplingFunction? {
    let factors = Array(zip(scaling, shape))
    guard (3...5).contains(shape.count), !resize.isAntialiased, !resize.excludesOutside,
      factors.prefix(2).allSatisfy({ $0.extent == $1 }),
      factors.allSatisfy({ scaling, extent in
        // Two roundings: an exporter divides the extents in Float.
        (scaling.scale * Double(extent) - Double(scaling.extent)).magnitude
          <= Double(scaling.extent) * 0x1p-22
      })
    else { return nil }
    // PyTorch's coordinates differ for one pixel only, which it takes from the first.
    let isHalfPixel =
      resize.coordinates == "half_pixel"
      || resize.coordinates == "pytorch_half_pixel"
        && !scaling.dropFirst(2).contains { $0.extent == 1 }
    switch resize.mode {
    case .linear: return isHalfPixel ? .linear : nil
    case .cubic: return nil
    case .nearest:
      let areWhole = factors.dropFirst(2).allSatisfy { $0.extent % $1 == 0 }
      return areWhole && repeatsPixels(resize) ? .nearest : nil
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
