import NetworkIR
import OrderedCollections
import TensorCore

/// Builds a network node by node and names it as PyTorch's TorchScript exporter does.
///
/// Each method adds nodes and gives back the value that they make, so that branches are ordinary
/// variables. `module` is the dotted path of the module that a node comes from, `features.0`, whose
/// parameters are `features.0.weight` and `.bias`; it is empty for what the network itself calls as
/// a function.
struct NetworkBuilder {
  private static let opset = 17
  private static let irVersion = 8
  /// A GiB of floats: more than any network of the paper, and less than a file can hold.
  static let maximumParameterCount = 1 << 28

  /// The image.
  let input: Feature
  private var graph = GraphBuilder(name: "main_graph", opset: opset)
  private var nodes: [(name: Name, type: OperatorType, Attributes, [Name], outputs: [Name])] = []
  private var paths = ModulePath()
  private var initialization: DefaultInitialization
  private var parameterCount = 0

  init(shape: [Int], seed: UInt64) {
    input = Feature(name: "input", shape: shape)
    graph.addInput(
      input.name, type: ValueType(.float, [.symbolic("batch")] + shape.map(Dimension.fixed)))
    initialization = DefaultInitialization(seed: seed)
  }

  /// The model that computes `result`, which is called `name` in it: [batch, shape of `result`].
  mutating func build(_ result: Feature, as name: Name) throws(ZooError) -> Model {
    graph.addOutput(
      name, type: ValueType(.float, [.symbolic("batch")] + result.shape.map(Dimension.fixed)))
    for (node, type, attributes, inputs, outputs) in nodes {
      graph.addNode(
        name: node, type: type, attributes: attributes, inputs: inputs,
        outputs: outputs.map { $0 == result.name ? name : $0 })
    }
    do {
      return Model(irVersion: Self.irVersion, opsets: ["": Self.opset], graph: try graph.build())
    } catch {
      throw .invalidGraph(error)
    }
  }

  /// A node of `outputCount` outputs, whose names are given back.
  mutating func add(
    _ type: OperatorType, _ attributes: Attributes, _ inputs: [Name], module: String,
    outputCount: Int = 1
  ) -> [Name] {
    let node = paths.nodeName(type, module: module)
    let outputs = (0..<outputCount).map { node.appending("_output_\($0)") }
    nodes.append((node, type, attributes, inputs, outputs))
    return outputs
  }

  /// A node of one output that has `shape`.
  mutating func add(
    _ operator: Operator, _ inputs: [Name], shape: [Int], module: String
  ) -> Feature {
    let attributes = `operator`.attributes(opset: Self.opset)
    return Feature(
      name: add(`operator`.type, attributes, inputs, module: module)[0], shape: shape)
  }

  /// A node that holds `tensor`.
  mutating func addConstant(_ tensor: Tensor, module: String) -> Name {
    add(OperatorType("Constant"), ["value": .tensor(tensor)], [], module: module)[0]
  }

  /// A fresh weight, and a bias where `biasCount` isn't nil, as parameters of `module`.
  mutating func addWeightAndBias(
    _ shape: [Int], biasCount: Int?, of module: String
  ) throws(ZooError) -> [Name] {
    guard let count = Shape.elementCount(shape),
      count <= Self.maximumParameterCount - parameterCount
    else { throw .tooManyParameters(limit: Self.maximumParameterCount) }
    parameterCount += count
    let (weight, bias) = initialization.weightAndBias(shape: shape, biasCount: biasCount)
    var names = [addParameter("weight", weight, of: module)]
    if let bias { names.append(addParameter("bias", bias, of: module)) }
    return names
  }

  /// An initializer named as the parameter or buffer `suffix` of `module`.
  mutating func addParameter(_ suffix: String, _ tensor: Tensor, of module: String) -> Name {
    let name = Name("\(module).\(suffix)")
    graph.addInitializer(name, Initializer(tensor))
    return name
  }
}
