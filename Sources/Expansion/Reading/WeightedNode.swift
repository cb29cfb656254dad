import NetworkIR
import TensorCore

/// A node that applies a kernel, read as one: a Conv, a ConvTranspose, a Gemm, or a MatMul with the
/// Add of its bias.
struct WeightedNode {
  /// The node that holds the weight, then the Add, where the bias has a node of its own.
  let nodes: [Node]
  let input: Value.ID
  let output: Value.ID
  let geometry: KernelGeometry
  let weight: ConstantUse
  let bias: ConstantUse?
  /// Input 2 where it is no bias of this node's own, one number per output: it is added at the end,
  /// whatever it is, so that it can stay as it is on the last factor.
  let addend: Value.ID?
  let layout: ParameterLayout

  var node: Node { nodes[0] }

  /// The nodes, and those that make its constants for it alone.
  var nodesWithServants: [Node] { nodes + weight.servants + (bias?.servants ?? []) }

  /// Its constants' initializers that are graph inputs too, and that nothing else reads.
  var constantInputs: [Value.ID] { weight.inputs + (bias?.inputs ?? []) }

  /// Whether a contraction finds a place for a bias that the compact node had not.
  var canTakeBias: Bool {
    guard addend == nil, layout.isUsable(withBias: true) else { return false }
    if case .matMul = node.operator { return bias != nil }
    return true
  }

  /// The numbers of the kernel.
  func kernel() throws(SkipReason) -> ConvolutionKernel {
    guard let kernel = layout.kernel(geometry, weight: weight.tensor, bias: bias?.tensor) else {
      throw .notExpandable(.weightsNotFloating)
    }
    return kernel
  }

  /// The type that the factors are written in.
  func rounding() throws(SkipReason) -> FloatingRounding {
    guard let rounding = FloatingRounding(weight.tensor.elementType),
      bias.map({ $0.tensor.elementType == weight.tensor.elementType }) ?? true
    else { throw .notExpandable(.weightsNotFloating) }
    return rounding
  }
}
