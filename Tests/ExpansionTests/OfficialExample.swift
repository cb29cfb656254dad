import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport

/// A case of the ONNX backend tests that has a node with weights, as a model that can be expanded.
///
/// Weights that PyTorch's files of IR version 3 declare as inputs with a default stay so, and are
/// taken for constants by the flag; what the cases feed in becomes a constant. A matrix, which
/// would make the logits, is followed by a product with the identity, so that it can be expanded
/// and the output stays the same.
struct OfficialExample {
  static let head: Name = "head"
  static let output: Name = "official.output"

  let model: Model
  let operatorName: Name
  let input: Tensor
  let output: Tensor

  /// Nil for a case without such a node.
  init?(_ test: BackendCase) throws {
    guard let source = try? test.model() else { return nil }
    let graph = source.graph
    let weighted = graph.nodes.last { node in
      switch node.operator {
      case .conv, .convTranspose, .gemm, .matMul: true
      default: false
      }
    }
    guard let weighted, let last = graph.outputs.first?.value,
      weighted.outputs.contains(last), let output = try test.output(0),
      let input = try test.input(0)
    else { return nil }
    operatorName = weighted.type.name
    (self.input, self.output) = (input, output)

    var builder = GraphBuilder(name: graph.name, opset: graph.opset)
    builder.addInput("x", type: ValueType(.float, input.shape.map(Dimension.fixed)))
    let activation = graph.requiredInputs[0]
    for (position, value) in graph.requiredInputs.enumerated().dropFirst() {
      guard let tensor = try test.input(position) else { return nil }
      builder.addInitializer(graph[value].name, Initializer(tensor))
    }
    for (value, initializer) in graph.initializers {
      if graph.isInput(value) {
        builder.addInput(graph[value].name, type: graph[value].declaredType)
      }
      builder.addInitializer(graph[value].name, initializer)
    }
    for node in graph.nodes {
      builder.addNode(
        name: node.name, type: node.type, attributes: node.attributes,
        inputs: node.inputs.map { $0.map { $0 == activation ? "x" : graph[$0].name } ?? "" },
        outputs: node.outputs.map { $0.map { graph[$0].name } ?? "" })
    }
    let isMatrix = operatorName == "Gemm" || operatorName == "MatMul"
    let columns = output.shape.last ?? 1
    let identity = (0..<columns * columns).map { $0 % (columns + 1) == 0 ? Float(1) : 0 }
    builder.addInitializer("identity", Initializer(Tensor(identity, shape: [columns, columns])))
    builder.addNode(
      name: Self.head, type: OperatorType(isMatrix ? "MatMul" : "Identity"), attributes: [:],
      inputs: isMatrix ? [graph[last].name, "identity"] : [graph[last].name],
      outputs: [Self.output])
    builder.addOutput(Self.output, type: nil)
    model = Model(
      irVersion: source.irVersion, opsets: source.opsets, graph: try builder.build())
  }
}
