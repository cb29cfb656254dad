import NetworkIR
import TensorCore

/// One factor of a chain that was found by structure: a node with a kernel, and the batch
/// normalization behind it where that is absorbed.
struct ChainFactor {
  let node: WeightedNode
  /// Absorbed into the kernel; nil where none follows or it stays.
  var normalization: AbsorbedNormalization?
  /// `Identity` nodes between this factor and its normalization or the next factor.
  var handovers: [Node] = []
  /// What the next factor reads, or the chain writes.
  var output: Value.ID

  init(_ node: WeightedNode) {
    self.node = node
    output = node.output
  }

  var input: Value.ID { node.input }

  var geometry: KernelGeometry {
    var geometry = node.geometry
    geometry.hasBias = geometry.hasBias || normalization != nil
    return geometry
  }

  /// Parameters of the nodes as they are: kernel, bias, scale and shift of the normalization.
  var parameterCount: Int {
    node.geometry.parameterCount + (normalization?.parameterCount ?? 0)
  }

  /// Everything that goes when the factor is contracted.
  var removedNodes: [Node] {
    node.nodesWithServants + handovers + (normalization?.removedNodes ?? [])
  }

  /// Inputs of the graph that go with it.
  var constantInputs: [Value.ID] {
    node.constantInputs + (normalization?.constantInputs ?? [])
  }

  /// Whether any number of the bias, that of the normalization included, is other than zero.
  func hasNonzeroBias() throws(SkipReason) -> Bool {
    guard let normalization else {
      return node.bias?.tensor.doubles?.contains { $0 != 0 } ?? false
    }
    return normalization.bias(after: try node.kernel().bias).contains { $0 != 0 }
  }

  func kernel() throws(SkipReason) -> ConvolutionKernel {
    let kernel = try node.kernel()
    return normalization.map { $0.absorbed(into: kernel) } ?? kernel
  }
}
