import NetworkIR
import OrderedCollections
import TensorCore

/// Builds a chain of layers as PyTorch's TorchScript exporter writes nested `Sequential`s: modules
/// are numbered within their section, `features.0.weight` belongs to `/features/features.0/Conv`.
struct SequentialBuilder {
  private static let opset = 17
  private static let irVersion = 8

  private var builder = GraphBuilder(name: "main_graph", opset: opset)
  private var initialization: DefaultInitialization
  private var section = ""
  private var moduleIndex = 0
  private var current: Name
  private let output: Name

  init(input: Name, shape: [Int], output: Name, seed: UInt64) {
    builder.addInput(
      input, type: ValueType(.float, [.symbolic("batch")] + shape.map(Dimension.fixed)))
    initialization = DefaultInitialization(seed: seed)
    current = input
    self.output = output
  }

  /// Opens the section whose modules come next.
  mutating func begin(section name: String) {
    section = name
    moduleIndex = 0
  }

  mutating func addConvolution(_ channels: (in: Int, out: Int), _ geometry: WindowGeometry) {
    let parameters = addWeightAndBias(shape: [channels.out, channels.in] + geometry.kernel)
    add(.conv(Conv(window: Window(geometry))), reading: parameters)
  }

  mutating func addBatchNormalization(channels: Int) {
    func constant(_ suffix: String, _ element: Float) -> Name {
      let name = parameterName(suffix)
      let elements = [Float](repeating: element, count: channels)
      builder.addInitializer(name, Initializer(Tensor(elements, shape: [channels])))
      return name
    }
    let parameters = [
      constant("weight", 1), constant("bias", 0), constant("running_mean", 0),
      constant("running_var", 1),
    ]
    add(.batchNormalization(BatchNormalization()), reading: parameters)
  }

  mutating func addRelu() {
    add(.activation(.relu))
  }

  mutating func addMaxPooling(_ geometry: WindowGeometry) {
    add(.pool(Pool(.max, window: Window(geometry))))
  }

  /// Flattens all but the batch, outside every section.
  mutating func addFlatten() {
    let name: Name = "/Flatten"
    let result = name.appending("_output_0")
    builder.addNode(name: name, .flatten(Flatten()), inputs: [current], outputs: [result])
    current = result
  }

  /// A fully connected layer; the last one writes the graph's output.
  mutating func addLinear(_ features: (in: Int, out: Int), isLast: Bool = false) {
    let parameters = addWeightAndBias(shape: [features.out, features.in])
    add(.gemm(Gemm(transB: true)), reading: parameters, isLast: isLast)
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

  private mutating func addWeightAndBias(shape: [Int]) -> [Name] {
    let (weight, bias) = initialization.weightAndBias(shape: shape)
    let names = [parameterName("weight"), parameterName("bias")]
    builder.addInitializer(names[0], Initializer(weight))
    builder.addInitializer(names[1], Initializer(bias))
    return names
  }

  private func parameterName(_ suffix: String) -> Name {
    Name("\(section).\(moduleIndex).\(suffix)")
  }

  private mutating func add(
    _ operator: Operator, reading parameters: [Name] = [], isLast: Bool = false
  ) {
    let name = Name("/\(section)/\(section).\(moduleIndex)/\(`operator`.type)")
    let result = isLast ? output : name.appending("_output_0")
    builder.addNode(name: name, `operator`, inputs: [current] + parameters, outputs: [result])
    current = result
    moduleIndex += 1
  }
}
