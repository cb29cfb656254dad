import NetworkIR
import TensorCore

/// Reads nodes of a graph as kernels.
struct WeightedNodeReader {
  /// What becomes of input 2 where it is no constant of this node's own, one number per output.
  enum AddendPolicy {
    /// The node is refused, with the reason.
    case refused
    /// It is the node's addend.
    case allowed
    /// It is the node's addend even where it could be a bias.
    case required
  }

  let graph: Graph
  /// Refuse constants that other nodes use as well.
  let isExclusive: Bool
  let addends: AddendPolicy
  /// Take initializers that are graph inputs for constant.
  let assumesConstantInputs: Bool
  /// The extents of a value, as far as they are known.
  let dimensions: (Value.ID) -> [Dimension]?

  init(
    _ graph: Graph, isExclusive: Bool, addends: AddendPolicy = .refused,
    assumingConstantInputs: Bool = false,
    dimensions: @escaping (Value.ID) -> [Dimension]? = { _ in nil }
  ) {
    self.graph = graph
    self.isExclusive = isExclusive
    self.addends = addends
    assumesConstantInputs = assumingConstantInputs
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
    return try use(of: value, by: node, as: role)
  }

  func use(
    of value: Value.ID, by node: Node, as role: ParameterRole
  ) throws(SkipReason) -> ConstantUse {
    try ConstantUse(
      of: value, by: node.id, as: role, in: graph, isExclusive: isExclusive,
      assumingConstantInputs: assumesConstantInputs)
  }

  /// Input 2 as a bias or an addend; neither where the node has none.
  ///
  /// - Parameters:
  ///   - scale: what the node multiplies it by.
  ///   - isBroadcast: whether the node takes other shapes than `isBias` accepts.
  func bias(
    _ node: Node, scale: Float = 1, isBroadcast: Bool, isBias: ([Int]) -> Bool
  ) throws(SkipReason) -> (bias: ConstantUse?, addend: Value.ID?) {
    guard let value = node.input(2) else { return (nil, nil) }
    guard addends != .required else { return (nil, value) }
    let bias: ConstantUse
    do { bias = try constant(node, 2, .bias) } catch {
      guard addends == .allowed else { throw error }
      return (nil, value)
    }
    let isUsable = scale.isFinite && scale != 0
    if isBias(bias.tensor.shape), isUsable { return (bias, nil) }
    guard addends == .allowed, isBroadcast else {
      throw isUsable ? .unexpectedShape(.bias, bias.tensor.shape) : .scaleUnusable(.bias)
    }
    return (nil, value)
  }

  func weighted(
    _ nodes: [Node], _ ports: (input: Value.ID, output: Value.ID), _ geometry: KernelGeometry,
    _ weight: ConstantUse, _ bias: ConstantUse?, addend: Value.ID? = nil
  ) throws(SkipReason) -> WeightedNode {
    guard let layout = ParameterLayout(nodes[0].operator) else { throw .attributesUnreadable }
    guard layout.isUsable(withBias: bias != nil) else { throw .scaleUnusable(.weight) }
    return WeightedNode(
      nodes: nodes, input: ports.input, output: ports.output, geometry: geometry, weight: weight,
      bias: bias, addend: addend, layout: layout)
  }
}
