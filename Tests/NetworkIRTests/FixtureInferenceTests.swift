import Foundation
import NetworkIR
import ONNXFormat
import TensorCore
import TestSupport
import Testing

@Suite struct FixtureInferenceTests {
  @Test(arguments: Fixture.names)
  func `under the stored input's shape every extent is known and the output is the stored one's`(
    name: String
  ) throws {
    let graph = try ONNXFile.read(Fixture.model(name).path).graph
    let input = try #require(graph.requiredInputs.first)
    let shape = try NumPyFile.read(Fixture.input(name).path).shape
    let inference = try ShapeInference(graph, inputShapes: [input: shape])
    for value in graph.nodes.flatMap(\.outputs).compactMap(\.self) {
      #expect(inference.shape(of: value) != nil, "\(graph[value].name)")
    }
    let output = try #require(graph.outputs.first?.value)
    #expect(inference.shape(of: output) == (try NumPyFile.read(Fixture.output(name).path).shape))
  }

  @Test(arguments: Fixture.names)
  func `any batch runs, the one that the file declares or another`(name: String) throws {
    let graph = try ONNXFile.read(Fixture.model(name).path).graph.undeclared()
    let input = try #require(graph.requiredInputs.first)
    var shape = try NumPyFile.read(Fixture.input(name).path).shape
    shape[0] = 128
    let inference = try ShapeInference(graph, inputShapes: [input: shape])
    let output = try #require(graph.outputs.first?.value)
    let stored = try NumPyFile.read(Fixture.output(name).path).shape
    #expect(inference.shape(of: output) == [128] + stored.dropFirst())
  }

  @Test(arguments: Fixture.names.filter { $0 != "yolo-lite-tiny-train" })
  func `an unbound batch goes through to the output as the file's symbol`(name: String) throws {
    let graph = try ONNXFile.read(Fixture.model(name).path).graph.undeclared()
    let inference = try ShapeInference(graph)
    let output = try #require(graph.outputs.first?.value)
    let dimensions = try #require(inference.type(of: output)?.dimensions)
    let stored = try NumPyFile.read(Fixture.output(name).path).shape
    #expect(dimensions == [.symbolic("batch")] + stored.dropFirst().map(Dimension.fixed))
  }

  @Test func `shape arithmetic of a channel shuffle keeps the batch and computes the rest`() throws
  {
    let graph = try ONNXFile.read(Fixture.model("shuffle-train").path).graph
    let inference = try ShapeInference(graph)
    let reshapes = graph.nodes.filter { if case .reshape = $0.operator { true } else { false } }
    #expect(reshapes.count >= 2)
    for node in reshapes {
      let target = try #require(node.input(1).flatMap { inference.contents(of: $0) })
      #expect(target.elements.first == .symbolic("batch"), "\(node.name)")
      #expect(target.elements.dropFirst().allSatisfy { $0.extent != nil }, "\(node.name)")
    }
  }

  @Test func `a given shape of another rank, a negative extent or a clashing symbol is refused`()
    throws
  {
    var builder = GraphBuilder(name: "two", opset: 13)
    let symbol = ValueType(.float, [.symbolic("n")])
    let a = builder.addInput("a", type: symbol)
    let b = builder.addInput("b", type: symbol)
    builder.addNode(name: "add", .binary(Binary(.add)), inputs: ["a", "b"], outputs: ["y"])
    builder.addOutput("y", type: symbol)
    let y = builder.value("y")
    let graph = try builder.build()
    #expect(
      throws: InferenceError.givenShape(
        input: "a", given: [.fixed(1), .fixed(2)], declared: [.symbolic("n")])
    ) { try ShapeInference(graph, inputShapes: [a: [1, 2]]) }
    #expect(throws: InferenceError.givenShape(input: "a", given: [.fixed(-1)], declared: [])) {
      try ShapeInference(graph, inputShapes: [a: [-1]])
    }
    #expect(
      throws: InferenceError.givenShape(input: "b", given: [.fixed(3)], declared: [.symbolic("n")])
    ) {
      try ShapeInference(graph, inputShapes: [a: [2], b: [3]])
    }
    #expect(throws: InferenceError.notAnInput("y")) {
      try ShapeInference(graph, inputShapes: [y: [2]])
    }
    let bound = try ShapeInference(graph, inputShapes: [a: [7]])
    #expect(bound.shape(of: b) == [7] && bound.shape(of: y) == [7])
  }
}
