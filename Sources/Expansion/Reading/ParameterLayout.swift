import NetworkIR
import TensorCore

/// How a node's tensors hold a kernel: Conv as O, I/group, extents; Gemm and MatMul as a matrix
/// that may be transposed, times alpha, the bias times beta.
struct ParameterLayout {
  let isTransposed: Bool
  let weightScale: Double
  let biasScale: Double

  /// Nil for operators that hold no kernel.
  init?(_ operator: Operator) {
    switch `operator` {
    case .conv: (isTransposed, weightScale, biasScale) = (false, 1, 1)
    case .matMul: (isTransposed, weightScale, biasScale) = (true, 1, 1)
    case .gemm(let gemm):
      isTransposed = !gemm.transB
      weightScale = Double(gemm.alpha)
      biasScale = Double(gemm.beta)
    default: return nil
    }
  }

  /// Whether a tensor can be found for any kernel.
  func isUsable(withBias: Bool) -> Bool {
    func isUsable(_ scale: Double) -> Bool { scale.isFinite && scale != 0 }
    return isUsable(weightScale) && (!withBias || isUsable(biasScale))
  }

  /// The kernel that a node with these tensors applies; nil where they are not floating.
  func kernel(_ geometry: KernelGeometry, weight: Tensor, bias: Tensor?) -> ConvolutionKernel? {
    guard let weights = weight.doubles else { return nil }
    var biases: [Double]?
    if let bias {
      guard let doubles = bias.doubles else { return nil }
      biases = biasScale == 1 ? doubles : doubles.map { $0 * biasScale }
    }
    let ordered =
      isTransposed
      ? transposed(weights, rows: geometry.inputsPerGroup, columns: geometry.outputs) : weights
    return ConvolutionKernel(
      geometry: geometry,
      weights: weightScale == 1 ? ordered : ordered.map { $0 * weightScale }, bias: biases)
  }

  /// The tensor that holds the kernel's weights, each rounded once; nil for other than floating types.
  func weight(of kernel: ConvolutionKernel, _ elementType: ElementType) -> Tensor? {
    let geometry = kernel.geometry
    let scaled = weightScale == 1 ? kernel.weights : kernel.weights.map { $0 / weightScale }
    guard isTransposed else {
      return Tensor(rounding: scaled, to: elementType, shape: geometry.weightShape)
    }
    return Tensor(
      rounding: transposed(scaled, rows: geometry.outputs, columns: geometry.inputsPerGroup),
      to: elementType, shape: [geometry.inputsPerGroup, geometry.outputs])
  }

  /// The tensor that holds `bias`.
  func bias(_ bias: [Double], _ elementType: ElementType, shape: [Int]) -> Tensor? {
    Tensor(
      rounding: biasScale == 1 ? bias : bias.map { $0 / biasScale }, to: elementType,
      shape: shape)
  }

  private func transposed(_ matrix: [Double], rows: Int, columns: Int) -> [Double] {
    [Double](unsafeUninitializedCapacity: matrix.count) { target, count in
      for row in 0..<rows {
        for column in 0..<columns { target[column * rows + row] = matrix[row * columns + column] }
      }
      count = matrix.count
    }
  }
}
