import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct StatisticsTests {
  private struct Row: Decodable {
    let net: String
    let strategy: String
    let params: Int
    let mac: Int
    let pt: Int
  }

  @Test func `every compact SmallNet has the parameters and both counts of the table`() throws {
    let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: Fixture.complexity))
      .filter { $0.net.hasPrefix("SmallNet") && $0.strategy == "compact" }
    #expect(rows.count >= 12)
    for row in rows {
      let statistics = try Statistics(#require(try ChainGraph.smallNet(named: row.net)))
      #expect(statistics.parameters == row.params, "\(row.net)")
      #expect(
        statistics.macs == MultiplyAccumulates(weights: row.mac, paper: row.pt), "\(row.net)")
    }
  }

  @Test func `an export counts like the network it was made from`() throws {
    let graph = try ONNXFile.read(Fixture.model("smallnet7-train").path).graph
    let statistics = try Statistics(graph)
    #expect(statistics.parameters == 66_186)
    // It has modules where the release has functions: rectifiers make 8·32² + 16·16² + 32·8² + 64
    // elements, and poolings read as many without the last 64.
    let modules = 2 * (8192 + 4096 + 2048) + 64
    #expect(
      statistics.macs == MultiplyAccumulates(weights: 4_448_896, paper: 4_491_904 + modules))
    #expect(statistics.nodes.map(\.node) == graph.nodes.map(\.id))
    #expect(statistics.nodes.reduce(0) { $0 + $1.parameters } == 66_186)
  }

  @Test func `equal parameters that an exporter stored once count once for each use`() throws {
    // The same network with each BatchNormalization's ones and zeros stored once, behind Identity.
    let first = try ONNXFile.read(Fixture.parity("compact-k3", "initial.onnx").path).graph
    let last = try ONNXFile.read(Fixture.parity("compact-k3", "final.onnx").path).graph
    #expect(first.nodes.contains { $0.type.name == "Identity" })
    #expect(!last.nodes.contains { $0.type.name == "Identity" })
    #expect(try Statistics(first).parameters == Statistics(last).parameters)
  }

  @Test func `a fixed batch is divided out and unknown extents leave counts unknown`() throws {
    func macs(_ dimensions: [NetworkIR.Dimension]) throws -> MultiplyAccumulates {
      let weight = Tensor([Float](repeating: 0, count: 54), shape: [2, 3, 3, 3])
      let single = try SingleNodeGraph(
        "Conv", [:], [.input(ValueType(.float, dimensions)), .constant(weight)])
      return try Statistics(single.graph).macs
    }
    let image = [NetworkIR.Dimension.fixed(3), .fixed(5), .fixed(6)]
    let expected = MultiplyAccumulates(weights: 54 * 3 * 4, paper: 54 * 3 * 4)
    #expect(try macs([.fixed(8)] + image) == expected)
    #expect(try macs([.symbolic("n")] + image) == expected)
    #expect(try macs([.unknown] + image) == expected)
    #expect(
      try macs([.fixed(1), .fixed(3), .unknown, .fixed(6)])
        == MultiplyAccumulates(weights: nil, paper: nil))
  }

  @Test func `a product and the Add that follows count as one fully connected node`() throws {
    var builder = GraphBuilder(name: "linear", opset: 13)
    builder.addInput("x", type: ValueType(.float, [.symbolic("n"), .fixed(4)]))
    builder.addInitializer(
      "w", Initializer(Tensor([Float](repeating: 0, count: 20), shape: [4, 5])))
    builder.addInitializer("b", Initializer(Tensor([Float](repeating: 0, count: 5), shape: [5])))
    builder.addInitializer("three", Initializer(Tensor([3] as [Float], shape: [])))
    builder.addNode(name: "m", .matMul(MatMul()), inputs: ["x", "w"], outputs: ["p"])
    builder.addNode(name: "a", .binary(Binary(.add)), inputs: ["b", "p"], outputs: ["q"])
    builder.addNode(name: "c", .binary(Binary(.add)), inputs: ["q", "three"], outputs: ["y"])
    builder.addOutput("y", type: nil)
    let statistics = try Statistics(builder.build())
    #expect(statistics.nodes.map(\.parameters) == [20, 5, 0])
    #expect(statistics.macs.weights == 20)
  }

  /// 3→8 k3 that keeps the extents, then 8→4 k5 at stride 2.
  private func convolutions(_ image: [NetworkIR.Dimension], channels: Int = 8) throws -> Graph {
    var builder = GraphBuilder(name: "two", opset: 13)
    builder.addInput("x", type: ValueType(.float, image))
    for (name, shape) in [("v", [8, 3, 3, 3]), ("w", [4, channels, 5, 5])] {
      let zeros = [Float](repeating: 0, count: shape.reduce(1, *))
      builder.addInitializer(Name(name), Initializer(Tensor(zeros, shape: shape)))
    }
    builder.addNode(
      name: "first", type: OperatorType("Conv"), attributes: ["pads": .ints([1, 1, 1, 1])],
      inputs: ["x", "v"], outputs: ["u"])
    builder.addNode(
      name: "second", type: OperatorType("Conv"), attributes: ["strides": .ints([2, 2])],
      inputs: ["u", "w"], outputs: ["y"])
    builder.addOutput("y", type: nil)
    return try builder.build()
  }

  @Test func `MACs at unknown extents are symbolic`() throws {
    let open = try Statistics(
      convolutions([.symbolic("n"), .fixed(3), .symbolic("H"), .symbolic("W")]))
    #expect(open.macs.weights == nil)
    #expect(
      open.nodes.map { $0.symbolicMACs?.text() } == ["216·H·W", "800·y[2]·y[3]"])
    #expect(open.symbolicMACs?.text { "<\($0)>" } == "<216>·H·W + <800>·y[2]·y[3]")
    // A height of 9 gives 9 rows, then 3; the batch of 2 is divided out.
    let half = try Statistics(convolutions([.fixed(2), .fixed(3), .fixed(9), .unknown]))
    #expect(half.nodes.map { $0.symbolicMACs?.text() } == ["1944·u[3]", "2400·y[3]"])
    let known = try Statistics(convolutions([.unknown, .fixed(3), .fixed(9), .fixed(9)]))
    #expect(known.macs.weights == 216 * 81 + 800 * 9)
    #expect(known.symbolicMACs == nil && known.nodes.allSatisfy { $0.symbolicMACs == nil })
  }

  @Test func `equal extents add up`() throws {
    let dimensions: [NetworkIR.Dimension] = [.symbolic("n"), .fixed(3), .symbolic("H"), .fixed(6)]
    var builder = GraphBuilder(name: "sum", opset: 13)
    builder.addInput("x", type: ValueType(.float, dimensions))
    let ones = [Float](repeating: 1, count: 9)
    builder.addInitializer("w", Initializer(Tensor(ones, shape: [3, 3, 1, 1])))
    for (input, output) in [("x", "u"), ("u", "y")] {
      builder.addNode(
        name: Name(output), type: OperatorType("Conv"), attributes: [:],
        inputs: [Name(input), "w"], outputs: [Name(output)])
    }
    builder.addOutput("y", type: nil)
    #expect(try Statistics(builder.build()).symbolicMACs?.text() == "108·H")
  }

  @Test func `a graph whose shapes clash is counted as far as they go`() throws {
    let image: [NetworkIR.Dimension] = [.fixed(1), .fixed(3), .fixed(9), .fixed(9)]
    let graph = try convolutions(image, channels: 7)
    #expect(throws: InferenceError.self) { try Statistics(graph) }
    let statistics = Statistics(tolerating: graph)
    #expect(statistics.nodes.map(\.macs.weights) == [216 * 81, nil])
    #expect(statistics.macs.weights == nil && statistics.symbolicMACs == nil)
    #expect(statistics.parameters == 216 + 700)
    let types = ShapeInference(tolerating: graph)
    #expect(types.shape(of: try #require(graph.value(named: "u"))) == [1, 8, 9, 9])
    #expect(types.type(of: try #require(graph.value(named: "y"))) == nil)
    guard case .node(_, name: "second", _, _, _)? = types.failure else {
      Issue.record("\(String(describing: types.failure))")
      return
    }
    #expect(ShapeInference(tolerating: try convolutions(image)).failure == nil)
  }
}
