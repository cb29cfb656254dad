import OrderedCollections
import TensorCore

extension Resize {
  /// What resizing does to one axis: its extent after it, and output by input coordinates.
  package struct AxisScaling: Hashable, Sendable {
    package let extent: Int
    package let scale: Double

    /// True where the axis stays as it is.
    package func keeps(_ extent: Int) -> Bool { self.extent == extent && scale == 1 }
  }

  /// ⌊extent · scale⌋ along each axis, or the sizes that are given.
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    guard let x = try inputs.dimensions(0) else { return [ValueType(elementType, nil)] }
    let unknown = ValueType(elementType, Array(repeating: .unknown, count: x.count))
    var sizes: [Dimension]?
    if inputs.isPresent(3), let given = try inputs.extents(3), !given.isEmpty { sizes = given }
    var scales = self.scales
    if sizes == nil, scales == nil {
      let position = Self.scalesInput(opset: inputs.opset)
      _ = try inputs.type(position)
      guard let given = inputs.constant(position)?.floats else { return [unknown] }
      scales = given
    }
    guard scales?.allSatisfy({ $0 > 0 }) ?? true else { throw .contents(input: 2) }
    if let extents = x.known,
      let scaling = try scaling(extents, scales: scales, sizes: sizes?.known)
    {
      return [ValueType(elementType, scaling.map { .fixed($0.extent) })]
    }
    var y = x
    for (index, axis) in try resizedAxes(rank: x.count).enumerated() {
      if let sizes {
        guard index < sizes.count else { throw .contents(input: 3) }
        y[axis] = policy == .stretch ? sizes[index] : .unknown
      } else if let scales, index < scales.count, scales[index] != 1 {
        y[axis] =
          try x[axis].extent.map { extent throws(OperatorFailure) in
            .fixed(try Self.scaled(extent, by: scales[index]))
          } ?? .unknown
      }
    }
    return [ValueType(elementType, y)]
  }

  /// The input that holds the scales.
  package static func scalesInput(opset: Int) -> Int { opset < 11 ? 1 : 2 }

  /// What happens to each axis of a tensor of those extents.
  ///
  /// - Returns: nil where neither scales nor sizes are known.
  package func scaling(
    _ shape: [Int], scales: [Float]?, sizes: [Int]?
  ) throws(OperatorFailure) -> [AxisScaling]? {
    var result = shape.map { AxisScaling(extent: $0, scale: 1) }
    let axes = try resizedAxes(rank: shape.count)
    if let sizes {
      guard sizes.count == axes.count, sizes.allSatisfy({ $0 > 0 }) else {
        throw .contents(input: 3)
      }
      let ratios = zip(axes, sizes).map { Double($1) / Double(max(shape[$0], 1)) }
      let shared = policy == .notLarger ? ratios.min() : ratios.max()
      for (index, axis) in axes.enumerated() {
        guard policy != .stretch, let shared else {
          result[axis] = AxisScaling(extent: sizes[index], scale: ratios[index])
          continue
        }
        // The kept proportion is that of the axis which decides; the others round, halves up.
        guard let extent = Int(exactly: (shared * Double(shape[axis]) + 0.5).rounded(.down)) else {
          throw .overflow
        }
        result[axis] = AxisScaling(extent: extent, scale: shared)
      }
      return result
    }
    guard let scales else { return nil }
    guard scales.count == axes.count, scales.allSatisfy({ $0 > 0 }) else {
      throw .contents(input: 2)
    }
    for (index, axis) in axes.enumerated() {
      result[axis] = AxisScaling(
        extent: try Self.scaled(shape[axis], by: scales[index]), scale: Double(scales[index]))
    }
    return result
  }

  private func resizedAxes(rank: Int) throws(OperatorFailure) -> [Int] {
    try (axes ?? Array(0..<rank)).map { axis throws(OperatorFailure) in
      try InferenceContext.normalize(axis, rank: rank)
    }
  }

  /// In Float, as the runtimes do: 0.6 · 5 must give 3.
  private static func scaled(_ extent: Int, by scale: Float) throws(OperatorFailure) -> Int {
    guard let scaled = Int(exactly: (Float(extent) * scale).rounded(.down)) else {
      throw .overflow
    }
    return scaled
  }
}

extension Array where Element == Dimension {
  /// The extents where all are known.
  fileprivate var known: [Int]? {
    let extents = compactMap(\.extent)
    return extents.count == count ? extents : nil
  }
}
