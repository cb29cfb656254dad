import NetworkIR
import TensorCore

/// A node that applies a kernel, read as one: a Conv, a ConvTranspose, a Gemm, or a MatMul with the Add of its bias.
struct WeightedNode {
  /// The node that holds the weight, then the Add, where the bias has a node of its own.
  let nodes: [Node]
  let input: Value.ID
  let output: Value.ID
  let geometry: KernelGeometry
  let weight: ConstantUse
  let bias: ConstantUse?
  let layout: ParameterLayout

  var node: Node { nodes[0] }

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

/// Reads nodes of a graph as kernels.
struct WeightedNodeReader {
  let graph: Graph
  /// Refuse constants that other nodes use as well.
  let isExclusive: Bool
  /// The extents of a value, as far as they are known.
  let dimensions: (Value.ID) -> [Dimension]?

  init(
    _ graph: Graph, isExclusive: Bool,
    dimensions: @escaping (Value.ID) -> [Dimension]? = { _ in nil }
  ) {
    self.graph = graph
    self.isExclusive = isExclusive
    self.dimensions = dimensions
  }

  func ports(_ node: Node) throws(SkipReason) -> (input: Value.ID, output: Value.ID) {
    guard let input = node.input(0), let output = node.output(0) else {
      throw .inputMissing(index: 0)
    }
    return (input, output)
  }

  func constant(
    _ node: Node, _ index: Int, _ role: ParameterRole
  ) throws(SkipReason) -> ConstantUse {
    guard let value = node.input(index) else { throw .inputMissing(index: index) }
    return try ConstantUse(of: value, as: role, in: graph, isExclusive: isExclusive)
  }

  func weighted(
    _ nodes: [Node], _ input: Value.ID, _ output: Value.ID, _ geometry: KernelGeometry,
    _ weight: ConstantUse, _ bias: ConstantUse?
  ) throws(SkipReason) -> WeightedNode {
    guard let layout = ParameterLayout(nodes[0].operator) else { throw .attributesUnreadable }
    guard layout.isUsable(withBias: bias != nil) else { throw .scaleUnusable }
    return WeightedNode(
      nodes: nodes, input: input, output: output, geometry: geometry, weight: weight, bias: bias,
      layout: layout)
  }
}
