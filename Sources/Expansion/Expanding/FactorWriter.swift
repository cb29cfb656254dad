import NetworkIR
import OrderedCollections
import TensorCore

/// Writes a unit's factors as nodes in the place of the one that they replace.
///
/// Nodes are named `NODE/expand.0`…, weights `WEIGHT.expand.0`…, values between them
/// `OUTPUT.expand.0`…; the last factor writes the original output value.
struct FactorWriter {
  private let unit: PlannedUnit
  private let graph: Graph
  private let writesMetadata: Bool
  private let elementType: ElementType
  private let operators: [Operator]
  private var patch = GraphPatch()

  init(_ unit: PlannedUnit, _ graph: Graph, writesMetadata: Bool) {
    self.unit = unit
    self.graph = graph
    self.writesMetadata = writesMetadata
    elementType = unit.node.weight.tensor.elementType
    operators = unit.plan.factors.enumerated().map { index, geometry in
      Self.operator(geometry, index: index, of: unit, opset: graph.opset)
    }
  }

  mutating func patch(_ factors: [any FactorSource]) throws(SkipReason) -> GraphPatch {
    let original = unit.node
    for node in original.nodesWithServants { patch.remove(node.id) }
    for value in original.constantInputs { patch.withdrawInput(value) }
    var current: GraphPatch.Source? = .tap(original.input)
    for (index, factor) in factors.enumerated() {
      let isLast = index == factors.count - 1
      current = try add(factor, index, reading: current, isLast: isLast)
      if unit.options.isNonlinear, !isLast { current = addRelu(index, reading: current) }
    }
    if let current { patch.shunt(original.output, to: current) }
    return patch
  }

  private mutating func add(
    _ factor: some FactorSource, _ index: Int, reading input: GraphPatch.Source?, isLast: Bool
  ) throws(SkipReason) -> GraphPatch.Source? {
    let original = unit.node
    let suffix = ".expand.\(index)"
    let weightName = graph[original.weight.value].name
    let type = operators[index].type
    guard let layout = ParameterLayout(operators[index]),
      let weight = factor.weight(layout, elementType)
    else { throw .notExpandable(.weightsNotFloating) }
    var inputs = [input, patch.addInitializer(weightName.appending(suffix), weight)]
    var bias: GraphPatch.Source?
    if let biases = factor.bias {
      let shape = isLast ? original.bias?.tensor.shape : nil
      guard let tensor = layout.bias(biases, elementType, shape: shape ?? [biases.count]) else {
        throw .notExpandable(.weightsNotFloating)
      }
      let name =
        original.bias.map { graph[$0.value].name.appending(suffix) }
        ?? weightName.appending("\(suffix).bias")
      bias = patch.addInitializer(name, tensor)
    }
    let addsSeparately = type.name == "MatMul" && bias != nil
    if let bias, !addsSeparately { inputs.append(bias) }
    if isLast, let addend = original.addend { inputs.append(.tap(addend)) }
    let output = graph[original.output].name.appending(suffix)
    let product = patch.addNode(
      name: nodeName(original.node, index), type: type,
      attributes: operators[index].attributes(opset: graph.opset), inputs: inputs,
      outputs: [addsSeparately ? output.appending(".product") : output], metadata: metadata(index))
    guard addsSeparately, original.nodes.count == 2 else { return product[0] }
    let sum = patch.addNode(
      name: nodeName(original.nodes[1], index), type: original.nodes[1].type,
      attributes: original.nodes[1].attributes, inputs: [product[0], bias], outputs: [output],
      metadata: metadata(index))
    return sum[0]
  }

  private mutating func addRelu(
    _ index: Int, reading input: GraphPatch.Source?
  ) -> GraphPatch.Source? {
    patch.addNode(
      name: nodeName(unit.node.node, index).appending("/Relu"), type: OperatorType("Relu"),
      attributes: [:], inputs: [input],
      outputs: [graph[unit.node.output].name.appending(".expand.\(index).relu")],
      metadata: metadata(index))[0]
  }

  private func nodeName(_ node: Node, _ index: Int) -> Name {
    let base = node.name.isEmpty ? node.output(0).map { graph[$0].name } ?? "" : node.name
    return base.appending("/expand.\(index)")
  }

  private func metadata(_ index: Int) -> OrderedDictionary<Name, Name> {
    guard writesMetadata else { return [:] }
    let base = unit.node.node.name
    return [
      Provenance.unitKey: base.isEmpty ? graph[unit.node.output].name : base,
      Provenance.factorKey: Name("\(index)/\(unit.plan.factors.count)"),
    ]
  }
}
