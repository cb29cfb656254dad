import COneDNN

/// Softmax along one axis: destination = eˣ / Σ eˣ.
///
/// The source's layout must be decided. The backward primitive reads the destination, not the source.
extension Primitive {
  package static func softmax(
    axis: Int, source: TensorLayout, destination: TensorLayout,
    propagation: Propagation = .training, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    guard source.shape.indices.contains(axis) else {
      throw .primitive(.softmax, shapes: [source.shape], .invalid)
    }
    return try create(.softmax, [source, destination]) {
      expandc_softmax_forward(
        engine.handle, propagation == .training, Int32(axis), source.handle.pointer,
        destination.handle.pointer, $0)
    }
  }

  /// The gradient of the source; `forward` is a training primitive of the same problem.
  package static func softmaxBackward(
    axis: Int, destination: TensorLayout, gradientSource: TensorLayout,
    gradientDestination: TensorLayout, forward: Primitive, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    guard destination.shape.indices.contains(axis) else {
      throw .primitive(.softmaxBackward, shapes: [destination.shape], .invalid)
    }
    return try create(.softmaxBackward, [destination, gradientSource, gradientDestination]) {
      expandc_softmax_backward(
        engine.handle, Int32(axis), destination.handle.pointer,
        gradientSource.handle.pointer, gradientDestination.handle.pointer, forward.handle, $0)
    }
  }
}
