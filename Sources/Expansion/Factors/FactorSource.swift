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
  /// The weights, row-major as `ConvolutionKernel.weights`, in runs that follow each other and can
  /// be made each on its own.
  var runs: [Range<Int>] { get }

  /// Does what all runs need.
  func prepared() -> any PreparedFactor
  /// The weights as Floats, each rounded once, with the inputs of a group before its outputs; nil
  /// where a copy in Double must come first.
  func inputMajorFloats() -> TensorStorage?
}

/// What makes the runs of a factor's weights, on any core.
protocol PreparedFactor: Sendable {
  /// Initializes the weights of run `index`, the first of them at `target`.
  func fill(_ index: Int, _ target: UnsafeMutablePointer<Double>)
  /// The same, each weight rounded once.
  func fill(_ index: Int, _ target: UnsafeMutablePointer<Float>)
}

extension FactorSource {
  var kernel: ConvolutionKernel {
    let weights = [Double](count: geometry.weightCount) { target in
      guard let start = target.baseAddress else { return }
      let (runs, factor) = (runs, prepared())
      Parallel.perform(runs.count) { factor.fill($0, start + runs[$0].lowerBound) }
    }
    return ConvolutionKernel(geometry: geometry, weights: weights, bias: bias)
  }

  /// The tensor of the weights under `layout`; nil for other than floating types.
  func weight(_ layout: ParameterLayout, _ elementType: ElementType) -> Tensor? {
    if elementType == .float, layout.isInputMajor, layout.weightScale == 1,
      let floats = inputMajorFloats()
    {
      return Tensor(
        elementType: elementType, shape: layout.weightShape(geometry), storage: floats)
    }
    guard elementType == .float, layout.keepsWeights else {
      return layout.weight(of: kernel, elementType)
    }
    let stride = MemoryLayout<Float>.stride
    let bytes = MadeBytes(
      runs: runs.map { $0.lowerBound * stride..<$0.upperBound * stride },
      prepare: {
        let factor = prepared()
        return { run, bytes in
          if let start = bytes.bindMemory(to: Float.self).baseAddress { factor.fill(run, start) }
        }
      })
    let made = TensorStorage.made(bytes)
    // Making weights again for each reader is worth it where they would fill the memory.
    let isLarge = isCompact && made.count >= 4 << 20
    return Tensor(
      elementType: elementType, shape: geometry.weightShape, storage: isLarge ? made : made.kept())
  }
}
