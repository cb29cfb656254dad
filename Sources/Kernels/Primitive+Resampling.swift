import COneDNN

/// How resampling finds a value between the elements of its source.
package enum ResamplingFunction: Sendable {
  case nearest, linear

  var raw: expandc_resampling {
    switch self {
    case .nearest: EXPANDC_RESAMPLE_NEAREST
    case .linear: EXPANDC_RESAMPLE_LINEAR
    }
  }
}

/// Resampling of [N, C, …] to other spatial extents, O from I, at the half-pixel coordinates
/// x = (y + ½)·I/O − ½ of ONNX, clamped to the source.
///
/// `nearest` takes the element at x rounded, halves either way. Where O is a multiple of I that is ⌊y·I/O⌋ too, what
/// ONNX calls asymmetric and floor. Layouts of the sources must be decided.
extension Primitive {
  package static func resampling(
    _ function: ResamplingFunction, source: TensorLayout, destination: TensorLayout,
    propagation: Propagation = .training, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    try create(.resampling, [source, destination]) {
      expandc_resampling_forward(
        engine.handle, propagation == .training, function.raw, source.handle.pointer,
        destination.handle.pointer, $0)
    }
  }

  /// The gradient of the source; `forward` is a training primitive of the same problem.
  package static func resamplingBackward(
    _ function: ResamplingFunction, gradientSource: TensorLayout,
    gradientDestination: TensorLayout, forward: Primitive, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    try create(.resamplingBackward, [gradientSource, gradientDestination]) {
      expandc_resampling_backward(
        engine.handle, function.raw, gradientSource.handle.pointer,
        gradientDestination.handle.pointer, forward.handle, $0)
    }
  }
}
