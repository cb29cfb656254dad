import OrderedCollections
import TensorCore

/// How two models differ: in structure, in metadata and in weights, keyed by the names of values.
///
/// Semantic differences only: the order of nodes, whether a constant is an initializer, a Constant
/// node or behind Identity, and an attribute that spells out its default make none.
package struct GraphDiff: Sendable {
  /// A node of each model that are the same one: they make a value of the same name.
  package struct Pair: Sendable, Hashable {
    package let first: Node.ID
    package let second: Node.ID
    /// The first output that both make.
    package let output: Name
  }

  package let pairs: [Pair]
  package let structure: [StructureDifference]
  package let metadata: [MetadataDifference]
  package let weights: [WeightDifference]

  package init(_ a: Model, _ b: Model) {
    let (first, second) = (DiffSide(a.graph), DiffSide(b.graph))
    let pairing = NodePairing(first, second)
    pairs = pairing.pairs.map {
      Pair(first: $0.first.id, second: $0.second.id, output: $0.output)
    }
    structure = StructureDifference.ports(a.graph, b.graph) + StructureDifference.nodes(pairing)
    metadata = MetadataDifference.model(a, b) + MetadataDifference.nodes(pairing)
    weights = WeightDifference.all(first, second)
  }

  package var isEqual: Bool { structure.isEmpty && metadata.isEmpty && weights.isEmpty }

  /// True where nodes, their names and attributes, inputs and outputs agree.
  package var isStructureEqual: Bool { structure.isEmpty }
}

/// One of the two models that are compared.
package enum DiffOperand: String, Hashable, Sendable {
  case first, second
}

/// A graph as the comparison sees it: constants by name, and the nodes that compute.
struct DiffSide {
  let graph: Graph
  /// What the computing nodes and the outputs read, and initializers that nothing reads.
  let constants: [Name: Tensor]
  let nodes: [Node]

  init(_ graph: Graph) {
    self.graph = graph
    var held: [Value.ID: Tensor] = graph.initializers.reduce(into: [:]) {
      $0[$1.key] = $1.value.tensor
    }
    var nodes: [Node] = []
    for node in graph.nodes {
      switch node.operator {
      case .constant(let constant):
        if let output = node.output(0) { held[output] = constant.tensor }
      case .identity:
        guard let tensor = node.input(0).flatMap({ held[$0] }), let output = node.output(0) else {
          fallthrough
        }
        held[output] = tensor
      default: nodes.append(node)
      }
    }
    var read = Set(nodes.flatMap { $0.inputs.compactMap(\.self) + $0.captures })
    read.formUnion(graph.outputs.map(\.value))
    read.formUnion(graph.initializers.keys.filter { graph.consumers(of: $0).isEmpty })
    self.nodes = nodes
    constants = held.reduce(into: [:]) { constants, entry in
      if read.contains(entry.key) { constants[graph[entry.key].name] = entry.value }
    }
  }
}
