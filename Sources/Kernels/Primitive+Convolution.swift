import COneDNN
package import TensorCore

/// Convolution: destination[n, o, y] = bias[o] + Σ_{i, t} weights[o, i, t] · source[n, i, y·s − p +
/// t·d], the inner channels i being those of o's group.
///
/// Source [N, I, …], weights [O, I/g, kernel…] as in ONNX, bias [O], destination [N, O, …], over one
/// to three spatial axes. Any layout may be undecided. Where g > 1, `layout(of: .weights)` has the
/// shape [g, O/g, I/g, kernel…] of the same bytes, and the factories and `reorder` take either
/// form. The window's kernel must be that of the weights. Where `isRectified`, the destination is the
/// ReLU of that.
extension Primitive {
  package static func convolution(
    source: TensorLayout, weights: TensorLayout, hasBias: Bool, destination: TensorLayout,
    window: WindowGeometry, groups: Int = 1, isRectified: Bool = false,
    propagation: Propagation = .training, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    let kind = PrimitiveKind.convolution
    let shapes = [source, weights, destination]
    var raw = try checked(window, kind, shapes)
    let grouped = try splitGroups(weights, groups, window, kind, shapes)
    let bias = try hasBias ? channels(of: destination, kind, shapes) : nil
    return try create(kind, shapes) {
      expandc_convolution_forward(
        engine.handle, propagation == .training, isRectified, source.handle.pointer,
        grouped.handle.pointer, bias?.handle.pointer, destination.handle.pointer, &raw, $0)
    }
  }

  /// The gradient of a convolution's source; `forward` is the primitive of the same problem.
  package static func convolutionBackwardData(
    gradientSource: TensorLayout, weights: TensorLayout, gradientDestination: TensorLayout,
    window: WindowGeometry, groups: Int = 1, forward: Primitive, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    let kind = PrimitiveKind.convolutionBackwardData
    let shapes = [gradientSource, weights, gradientDestination]
    var raw = try checked(window, kind, shapes)
    let grouped = try splitGroups(weights, groups, window, kind, shapes)
    return try create(kind, shapes) {
      expandc_convolution_backward_data(
        engine.handle, gradientSource.handle.pointer, grouped.handle.pointer,
        gradientDestination.handle.pointer, &raw, forward.handle, $0)
    }
  }

  /// The gradients of a convolution's weights and bias; `forward` as above.
  package static func convolutionBackwardWeights(
    source: TensorLayout, gradientWeights: TensorLayout, hasBias: Bool,
    gradientDestination: TensorLayout, window: WindowGeometry, groups: Int = 1, forward: Primitive,
    on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    let kind = PrimitiveKind.convolutionBackwardWeights
    let shapes = [source, gradientWeights, gradientDestination]
    var raw = try checked(window, kind, shapes)
    let grouped = try splitGroups(gradientWeights, groups, window, kind, shapes)
    let bias = try hasBias ? channels(of: gradientDestination, kind, shapes) : nil
    return try create(kind, shapes) {
      expandc_convolution_backward_weights(
        engine.handle, source.handle.pointer, grouped.handle.pointer, bias?.handle.pointer,
        gradientDestination.handle.pointer, &raw, forward.handle, $0)
    }
  }
}

extension Primitive {
  /// The library's form of a window that fits tensors of batch, channels and its spatial axes.
  static func checked(
    _ window: WindowGeometry, _ kind: PrimitiveKind, _ shapes: [TensorLayout]
  ) throws(KernelError) -> expandc_window {
    guard let raw = window.raw, shapes.first?.shape.count == window.kernel.count + 2 else {
      throw .primitive(kind, shapes: shapes.map(\.shape), .invalid)
    }
    return raw
  }

  /// A plain vector as long as a tensor has channels.
  static func channels(
    of layout: TensorLayout, _ kind: PrimitiveKind, _ shapes: [TensorLayout]
  ) throws(KernelError) -> TensorLayout {
    guard layout.shape.count >= 2 else {
      throw .primitive(kind, shapes: shapes.map(\.shape), .invalid)
    }
    return try TensorLayout(plain: [layout.shape[1]])
  }

  /// Weights with their groups as an axis of their own, in front.
  ///
  /// In ONNX's form the groups are the outer part of axis 0, whichever channels that axis has.
  static func splitGroups(
    _ weights: TensorLayout, _ groups: Int, _ window: WindowGeometry,
    _ kind: PrimitiveKind, _ shapes: [TensorLayout]
  ) throws(KernelError) -> TensorLayout {
    let rank = window.kernel.count + 2
    let shape = weights.shape
    let isSplit = groups > 1 && shape.count == rank + 1 && shape[0] == groups
    guard groups >= 1, Array(shape.suffix(window.kernel.count)) == window.kernel,
      isSplit || shape.count == rank
    else { throw .primitive(kind, shapes: shapes.map(\.shape), .invalid) }
    if isSplit || groups == 1 { return weights }
    guard shape[0] % groups == 0,
      let split = weights.reshaped([groups, shape[0] / groups] + shape.dropFirst())
    else { throw .primitive(kind, shapes: shapes.map(\.shape), .invalid) }
    return split
  }
}
