import Execution
import Expansion
import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport

func compare(_ a: Graph, _ b: Graph) throws -> ComparisonReport {
  var options = ComparisonOptions()
  // Tests run side by side.
  options.threads = 1
  return try ModelComparison.compare(a, b, options: options)
}

func fixtureGraph(_ name: String) throws -> Graph {
  try ONNXFile.read(Fixture.model(name).path).graph
}

extension ExpansionOptions {
  static func some(
    _ convolutions: Convolutions, fullyConnected: Int,
    _ initialisation: Initialisation = .preserve
  ) -> ExpansionOptions {
    var options = ExpansionOptions()
    // Half of the usual rate: the same rules, at a quarter of the time.
    options.rate = 2
    options.convolutions = convolutions
    options.fullyConnectedFactors = fullyConnected
    options.initialisation = initialisation
    return options
  }
}

/// A constant of a node that sums products.
struct Parameter {
  let node: Node
  let value: Value.ID
  let tensor: Tensor
}

extension Graph {
  /// The weights (input 1) or biases (input 2) that convolutions and products read.
  func parameters(input: Int) -> [Parameter] {
    nodes.compactMap { node in
      switch node.operator {
      case .conv, .convTranspose, .gemm, .matMul:
        guard let value = node.input(input), let tensor = initializer(value)?.tensor else {
          return nil
        }
        return Parameter(node: node, value: value, tensor: tensor)
      default: return nil
      }
    }
  }

  func convolutions(where condition: (Conv) -> Bool) -> [Node] {
    nodes.filter { node in
      if case .conv(let conv) = node.operator { condition(conv) } else { false }
    }
  }

  /// The graph with another tensor, elements mapped by `change` from their place and number.
  func changing(_ parameter: Parameter, _ change: (Int, Float) -> Float) throws -> Graph {
    var patch = GraphPatch()
    let elements = (parameter.tensor.floats ?? []).enumerated().map(change)
    patch.replaceInitializer(
      parameter.value, with: Tensor(elements, shape: parameter.tensor.shape))
    var graph = self
    try graph.apply(patch)
    return graph
  }

  /// The graph with other pads on a convolution.
  func changing(_ node: Node, pads: [Int]) throws -> Graph {
    var patch = GraphPatch()
    patch.remove(node.id)
    var attributes = node.attributes
    attributes["pads"] = .ints(pads)
    let inputs = node.inputs.map { input -> GraphPatch.Source? in
      guard let input else { return nil }
      guard let tensor = initializer(input)?.tensor else { return .tap(input) }
      return patch.addInitializer(self[input].name, tensor)
    }
    let outputs = patch.addNode(
      name: node.name, type: node.type, attributes: attributes, inputs: inputs,
      outputs: node.outputs.map { $0.map { self[$0].name } })
    for (old, new) in zip(node.outputs, outputs) {
      if let old, let new { patch.shunt(old, to: new) }
    }
    var graph = self
    try graph.apply(patch)
    return graph
  }
}
