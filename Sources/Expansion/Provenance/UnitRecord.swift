import NetworkIR
import OrderedCollections
import TensorCore

/// What a unit replaced, in JSON: enough to put it back.
struct UnitRecord: Sendable, Hashable, Codable {
  struct Constant: Sendable, Hashable, Codable {
    var name: RecordedName
    /// As ONNX numbers element types.
    var elementType: Int32
    var shape: [Int]
    var origin: ConstantUse.Origin
    /// The node that held it, where a `Constant` node did.
    var node: RecordedName?
    /// Whether that node held it as floats, not as a tensor.
    var isFloats: Bool?
    /// Its place among the graph's inputs just before the unit was made, where it is one: units are
    /// undone in reverse, each among the inputs that it found.
    var inputIndex: Int?

    init(_ use: ConstantUse, in graph: Graph, inputs: [Value.ID]) {
      name = RecordedName(graph[use.value].name)
      elementType = use.tensor.elementType.rawValue
      shape = use.tensor.shape
      origin = use.origin
      let holder = use.origin == .constant ? use.servants.first : nil
      node = holder.map { RecordedName($0.name) }
      isFloats = holder?.attributes["value_floats"] == nil ? nil : true
      inputIndex = inputs.firstIndex(of: use.value)
    }
  }

  /// The options that shaped it.
  struct Flags: Sendable, Hashable, Codable {
    var rate: Double
    var initialisation: String
    var seed: UInt64
    var stem: String
    var strideAt: String
    var intermediateBias: String
    var nonlinear: Bool?

    init(_ options: ExpansionOptions) {
      rate = options.rate
      initialisation = options.initialisation.rawValue
      seed = options.seed
      stem = options.stem.rawValue
      strideAt = options.strideAt.rawValue
      intermediateBias = options.intermediateBias.rawValue
      nonlinear = options.isNonlinear ? true : nil
    }
  }

  var strategy: ExpansionStrategy
  var channels: [Int]
  var flags: Flags
  /// The place of the first node in the compact graph.
  var index: Int
  var nodes: [RecordedNode]
  var geometry: KernelGeometry
  var weight: Constant
  var bias: Constant?
  /// The last input, where it stayed as it was.
  var addend: RecordedName?

  /// - Parameters:
  ///   - graph: the graph before it was expanded.
  ///   - inputs: its inputs, without those that units before this one have withdrawn.
  init(_ unit: PlannedUnit, in graph: Graph, inputs: [Value.ID]) {
    strategy = unit.plan.strategy
    channels = unit.plan.channels
    flags = Flags(unit.options)
    index = unit.position
    nodes = unit.node.nodes.map { RecordedNode($0, in: graph) }
    geometry = unit.node.geometry
    weight = Constant(unit.node.weight, in: graph, inputs: inputs)
    bias = unit.node.bias.map { Constant($0, in: graph, inputs: inputs) }
    addend = unit.node.addend.map { RecordedName(graph[$0].name) }
  }

  var name: Name { nodes.first?.name.name ?? "" }
  /// The value that the unit writes.
  var output: Name? { nodes.last?.outputs.first??.name }
  /// Whether a ReLU follows each factor but the last.
  var isNonlinear: Bool { flags.nonlinear == true }
}
