import TensorCore

/// A factor whose weights are made where they are stored, in the element type that is stored.
///
/// A factor can be sixteen times as large as the kernel that it comes from: a copy of it in Double,
/// made to be rounded, would be the largest thing in memory.
protocol FactorSource: Sendable {
  var geometry: KernelGeometry { get }
  /// One number per output, or nil where the factor has no bias.
  var bias: [Double]? { get }
  /// Whether keeping this takes much less memory than the weights do.
  var isCompact: Bool { get }

  /// Initializes all of `target`, row-major as `ConvolutionKernel.weights`.
  func fill(_ target: UnsafeMutablePointer<Double>)
  /// The same, each weight rounded once.
  func fill(_ target: UnsafeMutablePointer<Float>)
}

extension FactorSource {
  var kernel: ConvolutionKernel {
    let weights = [Double](count: geometry.weightCount) { target in
      if let start = target.baseAddress { fill(start) }
    }
    return ConvolutionKernel(geometry: geometry, weights: weights, bias: bias)
  }

  /// The tensor of the weights under `layout`; nil for other than floating types.
  func weight(_ layout: ParameterLayout, _ elementType: ElementType) -> Tensor? {
    guard elementType == .float, layout.keepsWeights else {
      return layout.weight(of: kernel, elementType)
    }
    let byteCount = geometry.weightCount * MemoryLayout<Float>.stride
    let fill: TensorStorage.Fill = { bytes in
      let floats = bytes.bindMemory(to: Float.self)
      if let start = floats.baseAddress { self.fill(start) }
    }
    // Making weights again for each reader is worth it where they would fill the memory.
    let storage =
      isCompact && byteCount >= 4 << 20
      ? TensorStorage.made(byteCount: byteCount, by: fill)
      : TensorStorage(byteCount: byteCount, initialize: fill)
    return Tensor(elementType: elementType, shape: geometry.weightShape, storage: storage)
  }
}
