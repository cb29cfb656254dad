import Kernels

extension LinearMap {
  /// Whether a primitive can end in a ReLU: transposed convolutions have none.
  var canRectify: Bool {
    switch self {
    case .convolution, .innerProduct: true
    default: false
    }
  }

  /// As `forward`, in inference and with ReLU of the result; requires `canRectify`.
  func rectified(
    _ layouts: (TensorLayout, TensorLayout, TensorLayout), hasBias: Bool, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    switch self {
    case .convolution(let window, let group):
      try .convolution(
        source: layouts.0, weights: layouts.1, hasBias: hasBias, destination: layouts.2,
        window: window, groups: group, isRectified: true, propagation: .inference, on: engine)
    case .innerProduct:
      try .innerProduct(
        source: layouts.0, weights: layouts.1, hasBias: hasBias, destination: layouts.2,
        isRectified: true, propagation: .inference, on: engine)
    default: try forward(layouts, hasBias: hasBias, .inference, on: engine)
    }
  }
}

extension Weighted: Rectifiable {
  func rectified(in mode: RunMode) -> (any Action)? {
    mode != .training && map.canRectify && !isRectified
      ? Weighted(map: map, isRectified: true) : nil
  }
}
