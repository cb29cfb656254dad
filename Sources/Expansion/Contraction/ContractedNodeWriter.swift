import NetworkIR
import OrderedCollections
import TensorCore

/// Writes the one node that consecutive factors of a chain become.
///
/// It takes the operator, the element types and what `ContractedNames` says from the factors, and
/// writes the value that the last of them wrote.
struct ContractedNodeWriter {
  private let factors: [ChainFactor]
  private let graph: Graph
  /// The factor with the largest kernel, the last of those.
  private let principal: Int
  private var patch = GraphPatch()

  /// Requires at least one factor.
  init(_ factors: [ChainFactor], in graph: Graph) {
    self.factors = factors
    self.graph = graph
    let taps = factors.map(\.geometry.taps)
    principal = taps.lastIndex(of: taps.max() ?? 1) ?? 0
  }

  /// The name that the contracted node asks for.
  var nodeName: Name {
    ContractedNames.name(factors.map(\.node.node.name), principal: principal) ?? ""
  }

  mutating func patch(_ kernel: ConvolutionKernel) throws(SkipReason) -> GraphPatch {
    for node in factors.flatMap(\.removedNodes) { patch.remove(node.id) }
    for value in factors.flatMap(\.constantInputs) { patch.withdrawInput(value) }
    let form = self.form(of: kernel.geometry)
    let elementType = factors[principal].node.weight.tensor.elementType
    guard let layout = ParameterLayout(form), let weight = layout.weight(of: kernel, elementType)
    else { throw .notExpandable(.weightsNotFloating) }
    let weightName =
      ContractedNames.name(
        factors.map { graph[$0.node.weight.value].name }, principal: principal) ?? ""
    var inputs: [GraphPatch.Source?] = [
      factors.first.map { .tap($0.input) }, patch.addInitializer(weightName, weight),
    ]
    if let bias = try bias(of: kernel, layout, elementType, weightName) { inputs.append(bias) }
    if let addend { inputs.append(.tap(addend)) }
    write(form, inputs)
    return patch
  }

  private mutating func bias(
    of kernel: ConvolutionKernel, _ layout: ParameterLayout, _ elementType: ElementType,
    _ weightName: Name
  ) throws(SkipReason) -> GraphPatch.Source? {
    guard let bias = kernel.bias else { return nil }
    // A Gemm takes a vector, whatever the Add of a MatMul took.
    let shape = lastAddition == nil ? nil : factors.last?.node.bias?.tensor.shape
    guard let tensor = layout.bias(bias, elementType, shape: shape ?? [bias.count]) else {
      throw .notExpandable(.weightsNotFloating)
    }
    let names = factors.map { $0.node.bias.map { graph[$0.value].name } }
    let name = ContractedNames.name(names, principal: principal)
    return patch.addInitializer(name ?? weightName.appending(".bias"), tensor)
  }

  /// Writes a node, or a MatMul and the Add of its bias.
  private mutating func write(_ form: Operator, _ inputs: [GraphPatch.Source?]) {
    guard let last = factors.last else { return }
    var metadata = factors[principal].node.node.metadata
    for key in [Provenance.unitKey, Provenance.factorKey] { metadata[key] = nil }
    let output = graph[last.output].name
    let attributes = form.attributes(opset: graph.opset)
    var outputs: [GraphPatch.Source?]
    if let add = lastAddition, inputs.count == 3 {
      let product = patch.addNode(
        name: nodeName, type: form.type, attributes: attributes, inputs: Array(inputs.prefix(2)),
        outputs: [output.appending(".product")], metadata: metadata)
      outputs = patch.addNode(
        name: add.name, type: add.type, attributes: add.attributes,
        inputs: [product[0], inputs[2]], outputs: [output], metadata: metadata)
    } else {
      outputs = patch.addNode(
        name: nodeName, type: form.type, attributes: attributes, inputs: inputs,
        outputs: [output], metadata: metadata)
    }
    if let source = outputs[0] { patch.shunt(last.output, to: source) }
  }

  /// What the last factor adds at the end, that is no bias; the kernel then has none.
  private var addend: Value.ID? { factors.last?.node.addend }

  private var gemms: [Gemm] {
    factors.compactMap { factor in
      if case .gemm(let gemm) = factor.node.node.operator { gemm } else { nil }
    }
  }

  /// The Add of a bias that a MatMul needs; nil where the contracted node takes its bias itself.
  private var lastAddition: Node? {
    gemms.isEmpty ? factors.compactMap { $0.node.nodes.dropFirst().first }.last : nil
  }

  /// The operator that applies the kernel: of matrices a Gemm, unless all factors are MatMul, which
  /// take inputs of any rank.
  private func form(of geometry: KernelGeometry) -> Operator {
    guard geometry.rank == 0 else {
      return FactorWriter.convolution(geometry)
    }
    guard let model = gemms.last else { return .matMul(MatMul()) }
    var transposesInput = false
    if case .gemm(let first) = factors[0].node.node.operator { transposesInput = first.transA }
    return .gemm(
      Gemm(beta: addend == nil ? 1 : model.beta, transA: transposesInput, transB: model.transB))
  }
}
