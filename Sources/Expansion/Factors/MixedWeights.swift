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
  private let weights: [Double]
  private var outputMixings: [OrthogonalMixing] = []
  private var inputMixings: [OrthogonalMixing] = []

  /// Requires as many weights as the stored channels have taps.
  init(_ geometry: KernelGeometry, stored: (outputs: Int, inputs: Int), weights: [Double]) {
    self.geometry = geometry
    self.stored = stored
    self.weights = weights
  }

  /// The factors of `plan`, of these weights.
  static func all(_ factors: [ConvolutionKernel], of plan: ExpansionPlan) -> [MixedWeights] {
    zip(plan.factors, factors).map { geometry, factor in
      MixedWeights(
        geometry, stored: (geometry.outputsPerGroup, geometry.inputsPerGroup),
        weights: factor.weights)
    }
  }

  var isCompact: Bool { weights.count <= geometry.weightCount / 4 }

  /// F ← R·F, with one R per group of as many rows as the group has outputs.
  mutating func mixOutputs(by mixings: [OrthogonalMixing]) { outputMixings = mixings }

  /// F ← F·Rᵀ per tap, with one R per group of as many rows as the group has inputs.
  mutating func mixInputs(by mixings: [OrthogonalMixing]) { inputMixings = mixings }

  private var keepsInputs: Bool { inputMixings.isEmpty && stored.inputs == geometry.inputsPerGroup }
  private var keepsOutputs: Bool {
    outputMixings.isEmpty && stored.outputs == geometry.outputsPerGroup
  }

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
    guard !keepsInputs else { return mixedOutputs }
    return MixedInputs(
      geometry: geometry, stored: stored.inputs,
      weights: keepsOutputs ? weights : mixedOutputs.all(), mixings: inputMixings, runs: runs)
  }
}
