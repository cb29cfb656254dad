import NetworkIR
import TensorCore

/// How a node's tensors hold a kernel: Conv as O, I/group, extents; ConvTranspose as I, O/group,
/// extents; Gemm and MatMul as a matrix that may be transposed, times alpha, the bias times beta.
struct ParameterLayout {
  /// Inputs come before outputs.
  let isInputMajor: Bool
  let weightScale: Double
  let biasScale: Double

  /// Nil for operators that hold no kernel.
  init?(_ operator: Operator) {
    switch `operator` {
    case .conv: (isInputMajor, weightScale, biasScale) = (false, 1, 1)
    case .convTranspose, .matMul: (isInputMajor, weightScale, biasScale) = (true, 1, 1)
    case .gemm(let gemm):
      isInputMajor = !gemm.transB
      weightScale = Double(gemm.alpha)
      biasScale = Double(gemm.beta)
    default: return nil
    }
  }

  /// Whether the tensor is the kernel's weights as they are.
  var keepsWeights: Bool { !isInputMajor && weightScale == 1 }

  /// Whether a tensor can be found for any kernel.
  func isUsable(withBias: Bool) -> Bool {
    func isUsable(_ scale: Double) -> Bool { scale.isFinite && scale != 0 }
    return isUsable(weightScale) && (!withBias || isUsable(biasScale))
  }

  /// The kernel that a node with these tensors applies; nil where they are not floating.
  func kernel(_ geometry: KernelGeometry, weight: Tensor, bias: Tensor?) -> ConvolutionKernel? {
    var biases: [Double]?
    if let bias {
      guard let doubles = bias.doubles else { return nil }
      biases = biasScale == 1 ? doubles : doubles.map { $0 * biasScale }
    }
    if keepsWeights,
      let kernel = ConvolutionKernel(geometry: geometry, floats: weight, bias: biases)
    {
      return kernel
    }
    guard let weights = weight.doubles else { return nil }
    let ordered = isInputMajor ? reordered(weights, geometry, toInputMajor: false) : weights
    return ConvolutionKernel(
      geometry: geometry,
      weights: weightScale == 1 ? ordered : ordered.map { $0 * weightScale }, bias: biases)
  }

  /// The tensor of the kernel's weights, each rounded once; nil for other than floating types.
  func weight(of kernel: ConvolutionKernel, _ elementType: ElementType) -> Tensor? {
    let geometry = kernel.geometry
    let scaled = weightScale == 1 ? kernel.weights : kernel.weights.map { $0 / weightScale }
    guard isInputMajor else {
      return Tensor(rounding: scaled, to: elementType, shape: geometry.weightShape)
    }
    return Tensor(
      rounding: reordered(scaled, geometry, toInputMajor: true), to: elementType,
      shape: [geometry.inputs, geometry.outputsPerGroup] + geometry.extents)
  }

  /// The tensor that holds `bias`.
  func bias(_ bias: [Double], _ elementType: ElementType, shape: [Int]) -> Tensor? {
    Tensor(
      rounding: biasScale == 1 ? bias : bias.map { $0 / biasScale }, to: elementType,
      shape: shape)
  }

  /// In each group the matrix of outputs × inputs, its elements runs of taps, transposed: output
  /// major, as kernels are, to input major or back.
  private func reordered(
    _ weights: [Double], _ geometry: KernelGeometry, toInputMajor: Bool
  ) -> [Double] {
    let (outputs, inputs) = (geometry.outputsPerGroup, geometry.inputsPerGroup)
    let (rows, columns) = toInputMajor ? (outputs, inputs) : (inputs, outputs)
    let taps = geometry.taps
    return [Double](count: weights.count) { target in
      weights.withUnsafeBufferPointer { source in
        for group in 0..<geometry.group {
          let base = group * rows * columns * taps
          for row in 0..<rows {
            for column in 0..<columns {
              let from = base + (row * columns + column) * taps
              let to = base + (column * rows + row) * taps
              for tap in 0..<taps { target[to + tap] = source[from + tap] }
            }
          }
        }
      }
    }
  }
}
