import TensorCore

/// A convolution's weights and bias in Double, with the geometry that gives them meaning.
///
/// Weights that came as a tensor of Floats stay there.
package struct ConvolutionKernel: Sendable {
  private enum Content: Sendable {
    case doubles([Double])
    case floats(Tensor)
  }

  package let geometry: KernelGeometry
  private let content: Content
  /// One number per output, or nil where the convolution has no bias.
  package let bias: [Double]?

  /// Requires a well-formed geometry and as many numbers as it asks for.
  package init(geometry: KernelGeometry, weights: [Double], bias: [Double]?) {
    precondition(geometry.isWellFormed && weights.count == geometry.weightCount)
    precondition(geometry.hasBias == (bias != nil) && bias?.count ?? 0 <= geometry.outputs)
    self.geometry = geometry
    content = .doubles(weights)
    self.bias = bias
  }

  /// The kernel with the weights of `tensor`, which are as many as the geometry asks for, in its
  /// order; nil where that is no tensor of Floats.
  init?(geometry: KernelGeometry, floats tensor: Tensor, bias: [Double]?) {
    guard tensor.elementType == .float else { return nil }
    precondition(geometry.isWellFormed && tensor.elementCount == geometry.weightCount)
    precondition(geometry.hasBias == (bias != nil) && bias?.count ?? 0 <= geometry.outputs)
    self.geometry = geometry
    content = .floats(
      Tensor(elementType: .float, shape: tensor.shape, storage: tensor.storage.kept()))
    self.bias = bias
  }

  /// Row-major over O, I/group and the spatial extents; made anew where they are stored as Floats.
  package var weights: [Double] {
    switch content {
    case .doubles(let weights): weights
    case .floats(let tensor): tensor.doubles ?? []
    }
  }

  /// Calls `body` with the weights where they lie, in the order of `weights`.
  func withStoredWeights<R>(_ body: (StoredWeights) -> R) -> R? {
    switch content {
    case .doubles(let weights):
      weights.withUnsafeBufferPointer { $0.baseAddress.map { body(.doubles($0)) } }
    case .floats(let tensor):
      tensor.storage.withBytes { $0.baseAddress.map { body(.floats($0)) } }
    }
  }

  package var hasNonzeroBias: Bool { bias?.contains { $0 != 0 } ?? false }

  var withoutBias: ConvolutionKernel {
    var geometry = geometry
    geometry.hasBias = false
    return ConvolutionKernel(geometry: geometry, content: content, bias: nil)
  }

  private init(geometry: KernelGeometry, content: Content, bias: [Double]?) {
    self.geometry = geometry
    self.content = content
    self.bias = bias
  }

  /// The kernel whose every number is `transform` of this one's.
  package func mapped(_ transform: (Double) -> Double) -> ConvolutionKernel {
    ConvolutionKernel(
      geometry: geometry, weights: weights.map(transform), bias: bias?.map(transform))
  }
}

extension ConvolutionKernel: Hashable {
  package static func == (a: ConvolutionKernel, b: ConvolutionKernel) -> Bool {
    a.geometry == b.geometry && a.bias == b.bias && a.weights == b.weights
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(geometry)
    hasher.combine(bias)
  }
}
