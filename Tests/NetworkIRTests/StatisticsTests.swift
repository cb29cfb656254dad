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

  /// "SmallNet4 k7", "SmallNet k3 pad0 C100 (A.2)": convolutions, kernel, padding, classes.
  private func graph(_ row: Row) throws -> Graph {
    func number(_ mark: Character) -> Int? {
      row.net.split(separator: " ").first { $0.first == mark && Int($0.dropFirst()) != nil }
        .flatMap { Int($0.dropFirst()) }
    }
    let kernel = try #require(number("k"))
    let isUnpadded = row.net.contains("pad0")
    let channels = row.net.hasPrefix("SmallNet4") ? [8, 16, 32, 64] : [8, 16, 32]
    // 32 → 30 → 15 → 13 → 6 → 4 → 2 without padding, else halved by each block.
    let extent = isUnpadded ? 2 : 32 >> channels.count
    return try ChainGraph.smallNet(
      kernel: kernel, padding: isUnpadded ? 0 : kernel / 2, channels: channels,
      features: channels[channels.count - 1] * extent * extent, classes: number("C") ?? 10)
  }

  @Test func `every compact SmallNet has the parameters and both counts of the table`() throws {
    let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: Fixture.complexity))
      .filter { $0.net.hasPrefix("SmallNet") && $0.strategy == "compact" }
    #expect(rows.count >= 12)
    for row in rows {
      let statistics = try Statistics(graph(row))
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
}
