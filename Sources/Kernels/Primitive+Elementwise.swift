import COneDNN

/// destination = f(source), element by element.
///
/// Source and destination have one layout, which must be decided, and may be the same memory where
/// no backward primitive reads the source later.
extension Primitive {
  package static func elementwise(
    _ function: ElementwiseFunction, source: TensorLayout, propagation: Propagation = .training,
    on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    let (raw, alpha, beta) = function.raw
    return try create(.elementwise, [source]) {
      expandc_elementwise_forward(
        engine.handle, propagation == .training, raw, alpha, beta, source.handle.pointer, $0)
    }
  }

  /// gradientSource = f′(source) · gradientDestination.
  ///
  /// Both gradients have one layout, `gradient`, which may be undecided, and may be the same memory.
  package static func elementwiseBackward(
    _ function: ElementwiseFunction, source: TensorLayout, gradient: TensorLayout,
    forward: Primitive, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    let (raw, alpha, beta) = function.raw
    return try create(.elementwiseBackward, [source, gradient]) {
      expandc_elementwise_backward(
        engine.handle, raw, alpha, beta, source.handle.pointer, gradient.handle.pointer,
        forward.handle, $0)
    }
  }
}
