package import NetworkIR
import OrderedCollections
import TensorCore

extension Model {
  /// The model as another framework may hand it on: without metadata, under another opset, every
  /// node, initializer and inner value under another name. Inputs and outputs keep theirs.
  package func disguised(opset: Int? = nil, renames: Bool = true) throws -> Model {
    let opset = opset ?? graph.opset
    var builder = GraphBuilder(name: graph.name, opset: opset)
    let ports = Set((graph.inputs + graph.outputs).map(\.value))
    func name(_ value: Value.ID?) -> Name {
      guard let value else { return "" }
      return renames && !ports.contains(value) ? Name("v\(value.index)") : graph[value].name
    }
    for port in graph.inputs {
      builder.addInput(name(port.value), type: graph[port.value].declaredType)
    }
    for (id, initializer) in graph.initializers {
      builder.addInitializer(name(id), Initializer(initializer.tensor))
    }
    for node in graph.nodes {
      builder.addNode(
        name: renames ? Name("n\(node.id.index)") : node.name, type: node.type,
        attributes: node.attributes, inputs: node.inputs.map(name),
        outputs: node.outputs.map(name))
    }
    for port in graph.outputs {
      builder.addOutput(name(port.value), type: graph[port.value].declaredType)
    }
    return Model(irVersion: irVersion, opsets: ["": opset], graph: try builder.build())
  }
}
