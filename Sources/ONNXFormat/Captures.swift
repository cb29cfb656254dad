import COnnx
import NetworkIR
import OrderedCollections

/// The outer values that the subgraphs of a node use.
enum Captures {
  /// Names in order of first use. Recurses as deep as the scan lets messages nest.
  static func names(
    in attributes: [UnsafeMutablePointer<Onnx__AttributeProto>]
  ) -> OrderedSet<Name> {
    var captured: OrderedSet<Name> = []
    for attribute in attributes {
      if let graph = attribute.pointee.g { captured.formUnion(names(in: graph.pointee)) }
      for graph in Messages.list(attribute.pointee.graphs, attribute.pointee.n_graphs) {
        captured.formUnion(names(in: graph.pointee))
      }
    }
    return captured
  }

  private static func names(in graph: Onnx__GraphProto) -> OrderedSet<Name> {
    let nodes = Messages.list(graph.node, graph.n_node)
    var used: OrderedSet<Name> = []
    var defined: Set<Name> = [""]
    for input in Messages.list(graph.input, graph.n_input) {
      defined.insert(Name(input.pointee.name))
    }
    for initializer in Messages.list(graph.initializer, graph.n_initializer) {
      defined.insert(Name(initializer.pointee.name))
    }
    for sparse in Messages.list(graph.sparse_initializer, graph.n_sparse_initializer) {
      defined.insert(Name(sparse.pointee.values?.pointee.name))
    }
    for node in nodes.map(\.pointee) {
      used.formUnion(Messages.names(node.input, node.n_input))
      used.formUnion(names(in: Messages.list(node.attribute, node.n_attribute)))
      defined.formUnion(Messages.names(node.output, node.n_output))
    }
    for output in Messages.list(graph.output, graph.n_output) {
      used.append(Name(output.pointee.name))
    }
    used.subtract(defined)
    return used
  }
}
