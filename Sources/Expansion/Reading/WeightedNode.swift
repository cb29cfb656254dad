import NetworkIR
import TensorCore

/// A node that applies a kernel, read as one: a Conv, a Gemm, or a MatMul with the Add of its bias.
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

  func read(conv: Conv, _ node: Node) throws(SkipReason) -> WeightedNode {
    let (input, output) = try ports(node)
    let weight = try constant(node, 1, .weight)
    let bias = node.input(2) == nil ? nil : try constant(node, 2, .bias)
    let shape = weight.tensor.shape
    guard shape.count >= 3, Shape.elementCount(shape) ?? 0 > 0, conv.group > 0 else {
      throw .unexpectedShape(.weight, shape)
    }
    if let bias, bias.tensor.shape != [shape[0]] {
      throw .unexpectedShape(.bias, bias.tensor.shape)
    }
    let window = try window(conv.window, kernel: Array(shape[2...]), input: input)
    let geometry = KernelGeometry(
      outputs: shape[0], inputsPerGroup: shape[1], group: conv.group, extents: window.kernel,
      strides: window.strides, dilations: window.dilations, padsBegin: window.padsBegin,
      padsEnd: window.padsEnd, hasBias: bias != nil)
    guard geometry.isWellFormed else { throw .windowUnusable }
    return try weighted([node], input, output, geometry, weight, bias)
  }

  /// The window with its padding made explicit. At stride 1 SAME pads reach − 1 at any extent.
  private func window(
    _ window: Window, kernel: [Int], input: Value.ID
  ) throws(SkipReason) -> WindowGeometry {
    let known = dimensions(input).map { $0.dropFirst(2).map(\.extent) } ?? []
    let extents: [Int?] = kernel.indices.map { axis in
      let stride = window.strides.flatMap { axis < $0.count ? $0[axis] : nil } ?? 1
      return stride == 1 ? 1 << 40 : axis < known.count ? known[axis] : nil
    }
    let isSame = window.autoPad == .sameUpper || window.autoPad == .sameLower
    if isSame, extents.contains(nil) { throw .samePaddingOfUnknownExtent }
    guard let geometry = window.geometry(kernel: kernel, input: extents) else {
      throw .windowUnusable
    }
    return geometry
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
