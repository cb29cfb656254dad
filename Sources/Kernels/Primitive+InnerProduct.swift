import COneDNN

/// Inner product: destination[n, o] = bias[o] + Σ_i weights[o, i] · source[n, i].
///
/// Source [N, I] or [N, C, …], weights [O, I] or [O, C, …] of the same rank, bias [O], destination
/// [N, O]. Weights stored as [I, O] are the layout of shape [O, I] and strides [1, O].
/// Where `isRectified`, the destination is the ReLU of that.
extension Primitive {
  package static func innerProduct(
    source: TensorLayout, weights: TensorLayout, hasBias: Bool, destination: TensorLayout,
    isRectified: Bool = false, propagation: Propagation = .training, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    let kind = PrimitiveKind.innerProduct
    let shapes = [source, weights, destination]
    let bias = try hasBias ? channels(of: destination, kind, shapes) : nil
    return try create(kind, shapes) {
      expandc_inner_product_forward(
        engine.handle, propagation == .training, isRectified, source.handle.pointer,
        weights.handle.pointer, bias?.handle.pointer, destination.handle.pointer, $0)
    }
  }

  /// The gradient of an inner product's source; `forward` is the primitive of the same problem.
  package static func innerProductBackwardData(
    gradientSource: TensorLayout, weights: TensorLayout, gradientDestination: TensorLayout,
    forward: Primitive, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    try create(.innerProductBackwardData, [gradientSource, weights, gradientDestination]) {
      expandc_inner_product_backward_data(
        engine.handle, gradientSource.handle.pointer, weights.handle.pointer,
        gradientDestination.handle.pointer, forward.handle, $0)
    }
  }

  /// The gradients of an inner product's weights and bias; `forward` as above.
  package static func innerProductBackwardWeights(
    source: TensorLayout, gradientWeights: TensorLayout, hasBias: Bool,
    gradientDestination: TensorLayout, forward: Primitive, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    let kind = PrimitiveKind.innerProductBackwardWeights
    let shapes = [source, gradientWeights, gradientDestination]
    let bias = try hasBias ? channels(of: gradientDestination, kind, shapes) : nil
    return try create(kind, shapes) {
      expandc_inner_product_backward_weights(
        engine.handle, source.handle.pointer, gradientWeights.handle.pointer,
        bias?.handle.pointer, gradientDestination.handle.pointer, forward.handle, $0)
    }
  }
}
