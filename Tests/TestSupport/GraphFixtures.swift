package import NetworkIR
import OrderedCollections
package import TensorCore

extension Graph {
  /// The graph again without any declared type but the inputs', and with `constants` as
  /// initializers in place of the inputs of those names.
  package func undeclared(constants: [Name: Tensor] = [:]) throws -> Graph {
    var builder = GraphBuilder(name: name, opset: opset)
    for port in inputs where constants[self[port.value].name] == nil {
      builder.addInput(self[port.value].name, type: self[port.value].declaredType)
    }
    for (name, tensor) in constants { builder.addInitializer(name, Initializer(tensor)) }
    for (id, initializer) in initializers where constants[self[id].name] == nil {
      builder.addInitializer(self[id].name, initializer)
    }
    for id in opaqueConstants { builder.addOpaqueConstant(self[id].name) }
    for node in nodes {
      builder.addNode(
        name: node.name, type: node.type, attributes: node.attributes,
        inputs: node.inputs.map { $0.map { self[$0].name } ?? "" },
        outputs: node.outputs.map { $0.map { self[$0].name } ?? "" },
        captures: node.captures.map { self[$0].name })
    }
    for port in outputs { builder.addOutput(self[port.value].name, type: nil) }
    return try builder.build()
  }
}

/// A graph of one node of an operator, whose tensors are inputs of the given types, constants, or
/// left out.
package struct SingleNodeGraph {
  package enum Operand {
    case input(ValueType)
    case constant(Tensor)
    case none
  }

  package let graph: Graph
  package let outputs: [Value.ID]

  package init(
    _ type: Name, _ attributes: Attributes = [:], _ operands: [Operand], outputs count: Int = 1,
    opset: Int = 13
  ) throws {
    var builder = GraphBuilder(name: "single", opset: opset)
    var inputs: [Name] = []
    for (index, operand) in operands.enumerated() {
      let name = Name("in\(index)")
      switch operand {
      case .input(let type): builder.addInput(name, type: type)
      case .constant(let tensor): builder.addInitializer(name, Initializer(tensor))
      case .none:
        inputs.append("")
        continue
      }
      inputs.append(name)
    }
    let names = (0..<count).map { Name("out\($0)") }
    builder.addNode(
      name: "node", type: OperatorType(type), attributes: attributes, inputs: inputs,
      outputs: names)
    for name in names { builder.addOutput(name, type: nil) }
    outputs = names.map { builder.value($0) }
    graph = try builder.build()
  }
}
