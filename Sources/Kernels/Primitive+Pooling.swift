import COneDNN
package import TensorCore

/// What pooling does with the elements under its window.
package enum PoolingFunction: Sendable {
  /// The greatest; of equal ones, the first.
  case maximum
  /// The sum divided by the kernel's size, or by the elements of it that are not padding.
  case average(includesPadding: Bool)

  var raw: expandc_pooling {
    switch self {
    case .maximum: EXPANDC_POOL_MAXIMUM
    case .average(includesPadding: true): EXPANDC_POOL_AVERAGE_WITH_PADDING
    case .average(includesPadding: false): EXPANDC_POOL_AVERAGE_WITHOUT_PADDING
    }
  }
}

/// Pooling of [N, C, …] over one to three spatial axes.
///
/// The destination's extents are what the window's pads give, rounded down: for ONNX's `ceil_mode`,
/// lengthen `padsEnd`. Pads must be smaller than the dilated kernel. The source's layout must be
/// decided. Training with `maximum` writes a workspace, which the backward primitive reads.
extension Primitive {
  package static func pooling(
    _ function: PoolingFunction, source: TensorLayout, destination: TensorLayout,
    window: WindowGeometry,
    propagation: Propagation = .training, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    let shapes = [source, destination]
    var raw = try checked(window, .pooling, shapes)
    return try create(.pooling, shapes) {
      expandc_pooling_forward(
        engine.handle, propagation == .training, function.raw, source.handle.pointer,
        destination.handle.pointer, &raw, $0)
    }
  }

  /// The gradient of the source; `forward` is a training primitive of the same problem.
  package static func poolingBackward(
    _ function: PoolingFunction, gradientSource: TensorLayout, gradientDestination: TensorLayout,
    window: WindowGeometry, forward: Primitive, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    let shapes = [gradientSource, gradientDestination]
    var raw = try checked(window, .poolingBackward, shapes)
    return try create(.poolingBackward, shapes) {
      expandc_pooling_backward(
        engine.handle, function.raw, gradientSource.handle.pointer,
        gradientDestination.handle.pointer, &raw, forward.handle, $0)
    }
  }
}
