import NetworkIR
import OrderedCollections
import TensorCore

/// Builds a chain of nodes and names it as PyTorch's TorchScript exporter does.
///
/// A module's node is named by its path, `/features/features.0/Conv` for `features.0`, whose
/// parameters are `features.0.weight` and `.bias`. What a network calls as a function, without a
/// module, is numbered by operator: `/Relu`, `/Relu_1`.
struct NodeChain {
  private static let opset = 17
  private static let irVersion = 8

  private var builder = GraphBuilder(name: "main_graph", opset: opset)
  private var initialization: DefaultInitialization
  private var callCounts: [OperatorType: Int] = [:]
  private var current: Name
  private let output: Name

  init(input: Name, shape: [Int], output: Name, seed: UInt64) {
    builder.addInput(
      input, type: ValueType(.float, [.symbolic("batch")] + shape.map(Dimension.fixed)))
    initialization = DefaultInitialization(seed: seed)
    current = input
    self.output = output
  }

  mutating func addConvolution(
    _ channels: (in: Int, out: Int), _ geometry: WindowGeometry, module: String
  ) {
    let parameters = addWeightAndBias([channels.out, channels.in] + geometry.kernel, of: module)
    add(.conv(Conv(window: Window(geometry))), module: module, reading: parameters)
  }

  mutating func addBatchNormalization(channels: Int, module: String) {
    let parameters = [("weight", 1), ("bias", 0), ("running_mean", 0), ("running_var", 1)]
      .map { suffix, element in
        let name = Name("\(module).\(suffix)")
        let elements = [Float](repeating: Float(element), count: channels)
        builder.addInitializer(name, Initializer(Tensor(elements, shape: [channels])))
        return name
      }
    add(.batchNormalization(BatchNormalization()), module: module, reading: parameters)
  }

  /// A fully connected node; the last one writes the graph's output.
  mutating func addLinear(
    _ features: (in: Int, out: Int), module: String, isLast: Bool = false
  ) {
    let parameters = addWeightAndBias([features.out, features.in], of: module)
    add(.gemm(Gemm(transB: true)), module: module, reading: parameters, isLast: isLast)
  }

  /// A node without parameters, called as a function where `module` is nil.
  mutating func add(_ operator: Operator, module: String? = nil) {
    add(`operator`, module: module, reading: [])
  }

  /// The model, whose output is [batch, `features`].
  mutating func build(features: Int) throws(ZooError) -> Model {
    builder.addOutput(output, type: ValueType(.float, [.symbolic("batch"), .fixed(features)]))
    do {
      return Model(
        irVersion: Self.irVersion, opsets: ["": Self.opset], graph: try builder.build())
    } catch {
      throw .invalidGraph(error)
    }
  }

  private mutating func addWeightAndBias(_ shape: [Int], of module: String) -> [Name] {
    let (weight, bias) = initialization.weightAndBias(shape: shape)
    let names = [Name("\(module).weight"), Name("\(module).bias")]
    builder.addInitializer(names[0], Initializer(weight))
    builder.addInitializer(names[1], Initializer(bias))
    return names
  }

  private mutating func add(
    _ operator: Operator, module: String?, reading parameters: [Name],
    isLast: Bool = false
  ) {
    let name = nodeName(`operator`.type, module: module)
    let result = isLast ? output : name.appending("_output_0")
    builder.addNode(name: name, `operator`, inputs: [current] + parameters, outputs: [result])
    current = result
  }

  private mutating func nodeName(_ type: OperatorType, module: String?) -> Name {
    guard let module else {
      let number = callCounts[type, default: 0]
      callCounts[type] = number + 1
      return Name(number == 0 ? "/\(type)" : "/\(type)_\(number)")
    }
    // The path names each module in full: `/features/features.0/Conv`.
    let parts = module.split(separator: ".")
    let path = parts.indices.map { parts[...$0].joined(separator: ".") }.joined(separator: "/")
    return Name("/\(path)/\(type)")
  }
}
