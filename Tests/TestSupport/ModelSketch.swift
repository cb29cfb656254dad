package import NetworkIR
import OrderedCollections
package import TensorCore

/// Builds small models, one node after the other.
package struct ModelSketch {
  package var builder: GraphBuilder
  package var generator = SeededGenerator(seed: 11)
  package let opset: Int

  package init(opset: Int = 17, input: [Int?]) {
    self.opset = opset
    builder = GraphBuilder(name: "sketch", opset: opset)
    builder.addInput(
      "x", type: ValueType(.float, input.map { $0.map(Dimension.fixed) ?? .unknown }))
  }

  package mutating func constant(_ name: Name, _ shape: [Int]) {
    builder.addInitializer(name, Initializer(tensor(shape)))
  }

  package mutating func tensor(_ shape: [Int]) -> Tensor {
    Tensor((0..<shape.reduce(1, *)).map { _ in Float(generator.normal()) }, shape: shape)
  }

  package mutating func node(
    _ name: Name, _ type: Name, _ inputs: [Name], _ outputs: [Name],
    _ attributes: Attributes = [:]
  ) {
    builder.addNode(
      name: name, type: OperatorType(type), attributes: attributes, inputs: inputs,
      outputs: outputs)
  }

  package mutating func model(output: Name = "y", irVersion: Int = 8) throws -> Model {
    builder.addOutput(output, type: nil)
    return Model(irVersion: irVersion, opsets: ["": opset], graph: try builder.build())
  }
}
