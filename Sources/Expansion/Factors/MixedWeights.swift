import TensorCore

/// The weights of a factor whose channels are mixed: O, I/group, taps, row-major.
///
///     F = R_o · [K 0; 0 0] · R_iᵀ per tap, in each group
///
/// Channels of zeros at the end of each group are not stored, and the mixings, which leave no
/// channel zero, wait until the weights are written to their place: that of outputs for all of
/// them, then that of inputs run by run, since it leaves each output on its own.
struct MixedWeights: FactorSource {
  let geometry: KernelGeometry
  var bias: [Double]?
  /// Of each group, the outputs and inputs that are stored: the first ones.
  private let stored: (outputs: Int, inputs: Int)
  private let weights: ConvolutionKernel
  private var outputMixings: [OrthogonalMixing] = []
  private var inputMixings: [OrthogonalMixing] = []

  /// The weights of the stored channels of each group, which may be fewer than `geometry` has.
  init(_ geometry: KernelGeometry, stored weights: ConvolutionKernel) {
    self.geometry = geometry
    self.weights = weights
    stored = (weights.geometry.outputsPerGroup, weights.geometry.inputsPerGroup)
  }

  /// Requires as many weights as the stored channels have taps.
  init(_ geometry: KernelGeometry, stored: (outputs: Int, inputs: Int), weights: [Double]) {
    var own = geometry
    own.outputs = stored.outputs * geometry.group
    own.inputsPerGroup = stored.inputs
    own.hasBias = false
    self.init(
      geometry, stored: ConvolutionKernel(geometry: own, weights: weights, bias: nil))
  }

  /// The factors of `plan`, of these weights.
  static func all(_ factors: [ConvolutionKernel], of plan: ExpansionPlan) -> [MixedWeights] {
    zip(plan.factors, factors).map { MixedWeights($0, stored: $1) }
  }

  var isCompact: Bool { weights.geometry.weightCount <= geometry.weightCount / 4 }

  /// F ← R·F, with one R per group of as many rows as the group has outputs.
  mutating func mixOutputs(by mixings: [OrthogonalMixing]) { outputMixings = mixings }

  /// F ← F·Rᵀ per tap, with one R per group of as many rows as the group has inputs.
  mutating func mixInputs(by mixings: [OrthogonalMixing]) { inputMixings = mixings }

  private var keepsInputs: Bool { inputMixings.isEmpty && stored.inputs == geometry.inputsPerGroup }
  private var mixedOutputs: MixedOutputs {
    MixedOutputs(
      groups: geometry.group, rows: geometry.outputsPerGroup, stored: stored.outputs,
      columns: stored.inputs * geometry.taps, weights: weights, mixings: outputMixings)
  }

  /// Outputs that have their inputs can only be mixed all at once.
  var runs: [Range<Int>] {
    keepsInputs ? [0..<geometry.weightCount] : MixedInputs.runs(of: geometry)
  }

  func prepared() -> any PreparedFactor {
    keepsInputs ? mixedOutputs : mixedInputs
  }

  private var mixedInputs: MixedInputs {
    MixedInputs(
      geometry: geometry, stored: stored.inputs, weights: mixedOutputs.all(),
      mixings: inputMixings, runs: runs)
  }

  func inputMajorFloats() -> TensorStorage? {
    TensorStorage(byteCount: geometry.weightCount * MemoryLayout<Float>.stride) { bytes in
      guard let start = bytes.bindMemory(to: Float.self).baseAddress else { return }
      guard !keepsInputs else { return mixedOutputs.fillInputMajor(start, taps: geometry.taps) }
      let factor = mixedInputs
      Parallel.perform(factor.runs.count) { factor.fillInputMajor($0, start) }
    }
  }
}
