import NetworkIR
import TensorCore

/// A batch normalization in inference mode, as the kernel before it takes it up.
///
///     γ·(W∗x + b − μ)/√(σ² + ε) + β = (s·W)∗x + (s·b + t)      s = γ/√(σ² + ε)   t = β − s·μ
///
/// one s and one t for each output channel. Source: ONNX BatchNormalization.
struct AbsorbedNormalization {
  private let node: Node
  private let servants: [Node]
  private let scale: [Double]
  private let shift: [Double]
  let output: Value.ID
  /// Initializers of its numbers that are graph inputs too, and that nothing else reads.
  let constantInputs: [Value.ID]

  /// - Parameter factor: the node whose output the normalization reads.
  init(
    _ normalization: BatchNormalization, _ node: Node, after factor: WeightedNode, in graph: Graph,
    assumingConstantInputs: Bool
  ) throws(ContractionObstacle) {
    let channels = factor.geometry.outputs
    guard !normalization.trainingMode, node.outputs.compactMap(\.self).count == 1,
      let output = node.output(0)
    else { throw .normalizesByBatch }
    // A MatMul's channels are its last axis, those of a normalization axis 1.
    if case .matMul = factor.node.operator { throw .normalizesOtherAxis }
    var constants: [[Double]] = []
    var servants: [Node] = []
    var constantInputs: [Value.ID] = []
    for index in 1...4 {
      let use: ConstantUse
      do throws(SkipReason) {
        guard let value = node.input(index) else { throw SkipReason.inputMissing(index: index) }
        use = try ConstantUse(
          of: value, by: node.id, as: index == 1 ? .weight : .bias, in: graph,
          isExclusive: false, assumingConstantInputs: assumingConstantInputs)
        guard use.tensor.shape == [channels], let numbers = use.tensor.doubles else {
          throw SkipReason.unexpectedShape(index == 1 ? .weight : .bias, use.tensor.shape)
        }
        constants.append(numbers)
      } catch {
        throw .unreadable(error)
      }
      servants += use.servants
      constantInputs += use.inputs
    }
    let deviations = constants[3].map { ($0 + Double(normalization.epsilon)).squareRoot() }
    let scale = zip(constants[0], deviations).map { $0 / $1 }
    guard scale.allSatisfy(\.isFinite) else { throw .normalizationUnusable }
    self.node = node
    self.servants = servants
    self.scale = scale
    shift = zip(constants[1], zip(scale, constants[2])).map { $0 - $1.0 * $1.1 }
    self.output = output
    self.constantInputs = constantInputs
  }

  var removedNodes: [Node] { [node] + servants }
  var parameterCount: Int { 2 * scale.count }

  /// s·b + t, with b = 0 where the kernel has no bias.
  func bias(after bias: [Double]?) -> [Double] {
    guard let bias else { return shift }
    return zip(shift, zip(scale, bias)).map { $0 + $1.0 * $1.1 }
  }

  func absorbed(into kernel: ConvolutionKernel) -> ConvolutionKernel {
    var geometry = kernel.geometry
    geometry.hasBias = true
    let row = geometry.weightCount / geometry.outputs
    let weights = kernel.weights.enumerated().map { $1 * scale[$0 / row] }
    return ConvolutionKernel(geometry: geometry, weights: weights, bias: bias(after: kernel.bias))
  }
}
