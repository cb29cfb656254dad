import COneDNN
package import TensorCore

/// Transposed convolution: destination[n, o, x·s − p + t·d] sums weights[i, o, t] · source[n, i, x].
///
/// Source [N, I, …], weights [I, O/g, kernel…] as in ONNX, bias [O], destination [N, O, …]. ONNX's
/// output padding is taken from `window.padsEnd`, which may so become negative. Where g > 1,
/// `layout(of: .weights)` has the shape [g, I/g, O/g, kernel…] of the same bytes, and the factories
/// and `reorder` take either form.
extension Primitive {
  package static func transposedConvolution(
    source: TensorLayout, weights: TensorLayout, hasBias: Bool, destination: TensorLayout,
    window: WindowGeometry, groups: Int = 1, propagation: Propagation = .training,
    on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    let kind = PrimitiveKind.transposedConvolution
    let shapes = [source, weights, destination]
    var raw = try checked(window, kind, shapes)
    let grouped = try swapChannels(splitGroups(weights, groups, window, kind, shapes), window)
    let bias = try hasBias ? channels(of: destination, kind, shapes) : nil
    return try create(kind, shapes, view: onnxWeights(window)) {
      expandc_transposed_convolution_forward(
        engine.handle, propagation == .training, source.handle.pointer, grouped.handle.pointer,
        bias?.handle.pointer, destination.handle.pointer, &raw, $0)
    }
  }

  /// The gradient of the source; `forward` is the primitive of the same problem.
  package static func transposedConvolutionBackwardData(
    gradientSource: TensorLayout, weights: TensorLayout, gradientDestination: TensorLayout,
    window: WindowGeometry, groups: Int = 1, forward: Primitive, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    let kind = PrimitiveKind.transposedConvolutionBackwardData
    let shapes = [gradientSource, weights, gradientDestination]
    var raw = try checked(window, kind, shapes)
    let grouped = try swapChannels(splitGroups(weights, groups, window, kind, shapes), window)
    return try create(kind, shapes, view: onnxWeights(window)) {
      expandc_transposed_convolution_backward_data(
        engine.handle, gradientSource.handle.pointer, grouped.handle.pointer,
        gradientDestination.handle.pointer, &raw, forward.handle, $0)
    }
  }

  /// The gradients of the weights and the bias; `forward` as above.
  package static func transposedConvolutionBackwardWeights(
    source: TensorLayout, gradientWeights: TensorLayout, hasBias: Bool,
    gradientDestination: TensorLayout, window: WindowGeometry, groups: Int = 1, forward: Primitive,
    on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    let kind = PrimitiveKind.transposedConvolutionBackwardWeights
    let shapes = [source, gradientWeights, gradientDestination]
    var raw = try checked(window, kind, shapes)
    let grouped = try swapChannels(
      splitGroups(gradientWeights, groups, window, kind, shapes), window)
    let bias = try hasBias ? channels(of: gradientDestination, kind, shapes) : nil
    return try create(kind, shapes, view: onnxWeights(window)) {
      expandc_transposed_convolution_backward_weights(
        engine.handle, source.handle.pointer, grouped.handle.pointer, bias?.handle.pointer,
        gradientDestination.handle.pointer, &raw, forward.handle, $0)
    }
  }

  /// The library has the output channels first, ONNX the input channels.
  private static func swapChannels(
    _ weights: TensorLayout, _ window: WindowGeometry
  ) throws(KernelError) -> TensorLayout {
    var axes = Array(weights.shape.indices)
    let first = axes.count - window.kernel.count - 2
    axes.swapAt(first, first + 1)
    return try weights.permuted(axes)
  }

  private static func onnxWeights(
    _ window: WindowGeometry
  ) -> (ArgumentRole, TensorLayout) throws(KernelError) -> TensorLayout {
    { (role, layout) throws(KernelError) in
      role == .weights || role == .gradientWeights ? try swapChannels(layout, window) : layout
    }
  }
}
