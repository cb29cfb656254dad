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
    guard
      let ordered = isInputMajor ? reordered(weight, geometry, toInputMajor: false) : weight
    else { return nil }
    if weightScale == 1,
      let kernel = ConvolutionKernel(geometry: geometry, floats: ordered, bias: biases)
    {
      return kernel
    }
    guard let weights = ordered.doubles else { return nil }
    return ConvolutionKernel(
      geometry: geometry,
      weights: weightScale == 1 ? weights : weights.map { $0 * weightScale }, bias: biases)
  }

  /// The extents of the tensor of a kernel's weights.
  func weightShape(_ geometry: KernelGeometry) -> [Int] {
    isInputMajor
      ? [geometry.inputs, geometry.outputsPerGroup] + geometry.extents : geometry.weightShape
  }

  /// The tensor of the kernel's weights, each rounded once; nil for other than floating types.
  func weight(of kernel: ConvolutionKernel, _ elementType: ElementType) -> Tensor? {
    let geometry = kernel.geometry
    let scaled = weightScale == 1 ? kernel.weights : kernel.weights.map { $0 / weightScale }
    let rounded = Tensor(rounding: scaled, to: elementType, shape: geometry.weightShape)
    guard isInputMajor else { return rounded }
    return rounded.flatMap { reordered($0, geometry, toInputMajor: true) }
  }

  /// The tensor that holds `bias`.
  func bias(_ bias: [Double], _ elementType: ElementType, shape: [Int]) -> Tensor? {
    Tensor(
      rounding: biasScale == 1 ? bias : bias.map { $0 / biasScale }, to: elementType,
      shape: shape)
  }

  /// In each group the matrix of outputs × inputs, its elements runs of taps, transposed: output
  /// major, as kernels are, to input major or back; nil for types of other than 16, 32 or 64 bits.
  private func reordered(
    _ tensor: Tensor, _ geometry: KernelGeometry, toInputMajor: Bool
  ) -> Tensor? {
    switch tensor.elementType.bitWidth {
    case 16: reordered(tensor, UInt16.self, geometry, toInputMajor: toInputMajor)
    case 32: reordered(tensor, UInt32.self, geometry, toInputMajor: toInputMajor)
    case 64: reordered(tensor, UInt64.self, geometry, toInputMajor: toInputMajor)
    default: nil
    }
  }

  private func reordered<Bits: BitwiseCopyable>(
    _ tensor: Tensor, _: Bits.Type, _ geometry: KernelGeometry, toInputMajor: Bool
  ) -> Tensor {
    let (outputs, inputs) = (geometry.outputsPerGroup, geometry.inputsPerGroup)
    let (rows, columns) = toInputMajor ? (outputs, inputs) : (inputs, outputs)
    let taps = geometry.taps
    let storage = TensorStorage(byteCount: tensor.storage.count) { target in
      let target = target.bindMemory(to: Bits.self)
      tensor.storage.withBytes { source in
        // A few rows of the target at a time: what they read lies together.
        let length = 16
        let bands = (columns + length - 1) / length
        Parallel.perform(geometry.group * bands) { index in
          let (group, band) = index.quotientAndRemainder(dividingBy: bands)
          let base = group * rows * columns
          for row in 0..<rows {
            for column in band * length..<min(columns, (band + 1) * length) {
              let from = (base + row * columns + column) * taps
              let to = (base + column * rows + row) * taps
              for tap in 0..<taps {
                target[to + tap] = source.loadUnaligned(
                  fromByteOffset: (from + tap) * MemoryLayout<Bits>.stride, as: Bits.self)
              }
            }
          }
        }
      }
    }
    return Tensor(
      elementType: tensor.elementType,
      shape: toInputMajor ? weightShape(geometry) : geometry.weightShape, storage: storage)
  }
}
