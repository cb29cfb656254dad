import TensorCore

extension Window {
  /// The kernel's extents, from the attribute, the weight's spatial extents, or both.
  ///
  /// - Returns: nil where an extent of the weight is unknown and no attribute says more.
  func kernel(weight: [Dimension]) throws(OperatorFailure) -> [Int]? {
    let known = weight.compactMap(\.extent)
    if let kernelShape {
      guard kernelShape.count == weight.count,
        zip(kernelShape, weight).allSatisfy({ $1.extent ?? $0 == $0 })
      else { throw .attribute("kernel_shape") }
      return kernelShape
    }
    guard known.count == weight.count else { return nil }
    // The bound that the attributes keep too, so that a dilated kernel's reach can't overflow.
    guard known.allSatisfy({ $0 > 0 && $0 < 1 << 31 }) else { throw .window(weight) }
    return known
  }

  /// The spatial extents that sliding over `input` gives.
  func outputExtents(
    _ input: [Dimension], kernel: [Int], ceil: Bool = false
  ) throws(OperatorFailure) -> [Dimension] {
    let isSame = autoPad == .sameUpper || autoPad == .sameLower
    var explicit = self
    if isSame { explicit.autoPad = .valid }
    guard input.count == kernel.count, let geometry = explicit.geometry(kernel: kernel, input: [])
    else { throw .attribute("kernel_shape") }
    var output: [Dimension] = []
    for axis in kernel.indices {
      let stride = geometry.strides[axis]
      let padding = geometry.padsBegin[axis] + geometry.padsEnd[axis]
      let keepsExtent = stride == 1 && (isSame || padding == geometry.reach(axis) - 1)
      switch input[axis] {
      case .fixed(let extent) where isSame:
        guard extent > 0 else { throw .window(input) }
        output.append(.fixed((extent - 1) / stride + 1))
      case .fixed(let extent):
        guard let extent = geometry.along(axis).outputExtents([extent], ceil: ceil)?.first else {
          throw .window(input)
        }
        output.append(.fixed(extent))
      case let extent: output.append(keepsExtent ? extent : .unknown)
      }
    }
    return output
  }
}

extension WindowGeometry {
  /// The geometry along one axis.
  fileprivate func along(_ axis: Int) -> WindowGeometry {
    WindowGeometry(
      kernel: [kernel[axis]], strides: [strides[axis]], dilations: [dilations[axis]],
      padsBegin: [padsBegin[axis]], padsEnd: [padsEnd[axis]])
  }
}
