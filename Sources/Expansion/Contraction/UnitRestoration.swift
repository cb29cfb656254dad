import NetworkIR
import OrderedCollections
import TensorCore

/// Puts the node that a unit had replaced back in its place, with the kernel that the factors
/// compose to.
struct UnitRestoration {
  private let record: UnitRecord
  private let unit: LocatedUnit
  private let graph: Graph
  private var patch = GraphPatch()
  /// The patch's constants under the names that they should get.
  private(set) var constants: [(name: Name, source: GraphPatch.Source)] = []
  private(set) var notes: [ContractionReport.Note] = []
  /// The factors' kernels, and the parameters of the one that they become; known once the patch is.
  private(set) var factors: [ConvolutionKernel] = []
  private(set) var parametersAfter = 0

  init(_ record: UnitRecord, in graph: Graph) throws(UnitFailure) {
    guard !record.isNonlinear else { throw .isNonlinear }
    guard record.geometry.isWellFormed, record.readsItsOwn else { throw .recordUnusable }
    self.record = record
    self.graph = graph
    unit = try LocatedUnit(record, in: graph)
  }

  var output: Value.ID { unit.output }
  var parametersBefore: Int { unit.factors.reduce(0) { $0 + $1.geometry.parameterCount } }

  mutating func makePatch() throws(UnitFailure) -> GraphPatch {
    let kernel = try composedKernel()
    parametersAfter = kernel.geometry.parameterCount
    guard let first = record.nodes.first, let last = record.nodes.last,
      let layout = ParameterLayout(
        Operator(first.type, first.attributeTable, opset: graph.opset)),
      layout.isUsable(withBias: kernel.bias != nil),
      let weightType = ElementType(rawValue: record.weight.elementType),
      let weight = layout.weight(of: kernel, weightType),
      weight.shape == record.weight.shape
    else { throw .recordUnusable }
    for factor in unit.factors {
      for node in factor.nodesWithServants { patch.remove(node.id) }
      for value in factor.constantInputs { patch.withdrawInput(value) }
    }
    var known: [Name: GraphPatch.Source] = [:]
    if let addend = record.addend {
      guard kernel.bias == nil else { throw .biasHasNoPlace }
      guard let value = unit.factors.last?.addend else {
        throw .factorMissing(factor: unit.factors.count - 1)
      }
      known[addend.name] = .tap(value)
    }
    known[record.weight.name.name] = add(record.weight, weight)
    var extra: GraphPatch.Source?
    if let bias = kernel.bias {
      let shape = record.bias?.shape ?? [bias.count]
      guard Shape.elementCount(shape) == bias.count,
        let type = ElementType(rawValue: record.bias?.elementType ?? weightType.rawValue),
        let tensor = layout.bias(bias, type, shape: shape)
      else { throw .recordUnusable }
      if let constant = record.bias {
        known[constant.name.name] = add(constant, tensor)
      } else {
        guard first.type.name != "MatMul" else { throw .biasHasNoPlace }
        let name = record.weight.name.name.appending(".bias")
        extra = patch.addInitializer(name, tensor)
        notes.append(.biasAdded(name))
      }
    }
    for node in record.nodes {
      var inputs = node.inputs.map { input in input.map { known[$0.name] ?? .tap(unit.input) } }
      if let extra { inputs = Array(inputs.prefix(2)) + [extra] }
      let outputs = patch.addNode(
        name: node.name.name, type: node.type, attributes: node.attributeTable, inputs: inputs,
        outputs: node.outputs.map { $0?.name }, metadata: node.metadataTable)
      for (name, source) in zip(node.outputs, outputs) {
        if let name, let source { known[name.name] = source }
      }
    }
    guard let output = last.outputs.first??.name, let source = known[output] else {
      throw .recordUnusable
    }
    patch.shunt(unit.output, to: source)
    return patch
  }

  /// The kernel, checked against the recorded geometry; without a bias where the compact node had
  /// none and the factors' is zero.
  private mutating func composedKernel() throws(UnitFailure) -> ConvolutionKernel {
    for (index, factor) in unit.factors.enumerated() {
      do { factors.append(try factor.kernel()) } catch {
        throw .factorUnreadable(factor: index, error)
      }
    }
    let composed: ConvolutionKernel
    do { composed = try KernelComposition.compose(factors) } catch { throw .notComposable(error) }
    var geometry = composed.geometry
    guard geometry.isSameKernel(as: record.geometry) else { throw .kernelDiffers }
    if record.bias == nil, !composed.hasNonzeroBias { return composed.withoutBias }
    if record.bias != nil, composed.bias == nil {
      geometry.hasBias = true
      return ConvolutionKernel(
        geometry: geometry, weights: composed.weights,
        bias: [Double](repeating: 0, count: geometry.outputs))
    }
    return composed
  }

  /// The constant as it was stored: an initializer, or a `Constant` node.
  ///
  /// An initializer that is still there under the recorded name, for other uses, is never
  /// overwritten: it serves this use too where it is the same tensor; else the graph gives this one
  /// another name.
  private mutating func add(_ constant: UnitRecord.Constant, _ tensor: Tensor) -> GraphPatch.Source
  {
    let name = constant.name.name
    if constant.origin == .identity { notes.append(.untied(name)) }
    if constant.origin == .computed { notes.append(.stored(name)) }
    if constant.origin == .constant {
      let outputs = patch.addNode(
        name: constant.node?.name ?? "", type: OperatorType("Constant"),
        attributes: constant.isFloats == true
          ? ["value_floats": .floats(tensor.floats ?? [])] : ["value": .tensor(tensor)], inputs: [],
        outputs: [name])
      if let source = outputs[0] {
        constants.append((name, source))
        return source
      }
    }
    if let existing = graph.value(named: name), !graph.isInput(existing),
      graph.initializers[existing]?.tensor == tensor
    {
      return .tap(existing)
    }
    let source = patch.addInitializer(name, tensor)
    if let index = constant.inputIndex { patch.declareInput(source, at: index) }
    constants.append((name, source))
    return source
  }
}
