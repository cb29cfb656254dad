import Expansion
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport

/// Everything of a model that a contraction must give back, weights apart.
struct Structure: Equatable {
  struct NodeShape: Equatable {
    let name: Name
    let type: OperatorType
    let attributes: Attributes
    let inputs: [Name?]
    let outputs: [Name?]
    let metadata: OrderedDictionary<Name, Name>
  }

  let nodes: [NodeShape]
  let initializers: [Name: [Int]]
  let outputs: [Name]
  let metadata: OrderedDictionary<Name, Name>

  init(_ model: Model) {
    let graph = model.graph
    nodes = graph.nodes.map { node in
      // A Constant's tensor is a weight.
      NodeShape(
        name: node.name, type: node.type,
        attributes: node.type.name == "Constant" ? [:] : node.attributes,
        inputs: node.inputs.map { $0.map { graph[$0].name } },
        outputs: node.outputs.map { $0.map { graph[$0].name } }, metadata: node.metadata)
    }
    initializers = Dictionary(
      uniqueKeysWithValues: graph.initializers.map { (graph[$0.key].name, $0.value.tensor.shape) })
    outputs = graph.outputs.map { graph[$0.value].name }
    metadata = model.metadata
  }
}

extension Model {
  /// The tensor of the initializer of that name.
  func tensor(_ name: Name) -> Tensor? {
    graph.value(named: name).flatMap { graph.initializers[$0]?.tensor }
  }

  /// The largest difference between initializers of equal names, in roundings of the largest
  /// element of each, 2⁻²⁴ of it.
  func largestRoundings(from other: Model) -> Double {
    var worst = 0.0
    for (id, initializer) in graph.initializers {
      guard let mine = initializer.tensor.doubles,
        let theirs = other.tensor(graph[id].name)?.doubles, mine.count == theirs.count
      else { continue }
      let largest = theirs.map(\.magnitude).max() ?? 0
      for (a, b) in zip(mine, theirs) where a != b {
        worst = max(worst, (a - b).magnitude / (largest * 0x1p-24))
      }
    }
    return worst
  }
}

func options(
  _ change: (inout ExpansionOptions) -> Void
) -> ExpansionOptions {
  var options = ExpansionOptions()
  change(&options)
  return options
}
