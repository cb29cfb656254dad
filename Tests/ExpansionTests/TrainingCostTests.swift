import Expansion
import Foundation
import NetworkIR
import OrderedCollections
import TestSupport
import Testing

@Suite struct TrainingCostTests {
  struct Row: Decodable, Sendable, CustomStringConvertible {
    let net: String
    let strategy: String
    let r: Rate
    let mac: Int
    let wsp: Int

    var description: String { "\(net) \(strategy) r=\(r.value)" }

    /// A number, or "-" for a compact network.
    struct Rate: Decodable, Sendable {
      let value: Double

      init(from decoder: any Decoder) throws {
        value = (try? decoder.singleValueContainer().decode(Double.self)) ?? 0
      }
    }
  }

  /// The expanded SmallNets of the table.
  static let rows: [Row] = {
    let data = try? Data(contentsOf: Fixture.complexity)
    let rows = data.flatMap { try? JSONDecoder().decode([Row].self, from: $0) } ?? []
    return rows.filter { $0.net.hasPrefix("SmallNet") && $0.strategy != "compact" }
  }()

  private func cost(
    _ model: Model
  ) throws -> (cost: TrainingCost, statistics: Statistics) {
    let statistics = try Statistics(model.graph)
    let units = try Provenance(of: model).expandedUnits(in: model.graph)
    return (TrainingCost(model.graph, statistics, units: units), statistics)
  }

  @Test(arguments: rows)
  func `composing takes what the table says, and online mode the compact network's MACs`(
    row: Row
  ) throws {
    let options = options {
      $0.initialisation = .random
      $0.rate = row.r.value
      $0.convolutions =
        row.strategy.contains("CK") ? .ck : row.strategy.contains("CL") ? .cl : .none
      $0.fullyConnectedFactors = row.strategy.contains("FC") ? 3 : 0
      // The release keeps the stem of the networks with three convolutions.
      $0.stem = row.net.hasPrefix("SmallNet4") ? .expand : .keep
    }
    let graph = try #require(try ChainGraph.smallNet(named: row.net))
    let model = Model(irVersion: 8, opsets: ["": graph.opset], graph: graph)
    let compact = try cost(model)
    let expanded = try cost(Expander(options).expand(model).0)
    #expect(expanded.statistics.macs.weights == row.mac)
    // Each product has two gradients, which cost what it does.
    #expect(expanded.cost.compositionPerStep == 3 * row.wsp)

    // Forward and two gradients, but for the image's, which nothing trains.
    let forward = try #require(compact.statistics.macs.weights)
    let stem = try #require(compact.statistics.nodes.first?.macs.weights)
    #expect(compact.cost.materialized == 3 * forward - stem)
    #expect(compact.cost.online == 3 * forward - stem)
    #expect(compact.cost.compositionPerStep == 0)
    #expect(expanded.cost.online == 3 * forward - stem)
    let first = try #require(expanded.statistics.nodes.first?.macs.weights)
    #expect(expanded.cost.materialized == 3 * row.mac - first)
  }

  @Test func `the table has the rows that this suite is about`() {
    #expect(Self.rows.count >= 60)
  }

  @Test(arguments: [1, 2])
  func `a transposed unit and a strided one cost their compact nodes online`(stride: Int) throws {
    var sketch = ModelSketch(input: [1, 4, 7, 6])
    sketch.constant("w1", [6, 4, 3, 3])
    sketch.constant("w2", [6, 2, 3, 3])
    let strides: Attributes = ["strides": .ints([Int64(stride), Int64(stride)])]
    sketch.node("first", "Conv", ["x", "w1"], ["u"], strides)
    sketch.node("second", "ConvTranspose", ["u", "w2"], ["y"], strides)
    let model = try sketch.model()
    for strideAt in ExpansionOptions.StridePlacement.allCases {
      let expanded = try Expander(options { $0.strideAt = strideAt }).expand(model).0
      let units = try Provenance(of: expanded).expandedUnits(in: expanded.graph)
      #expect(units.map(\.compactNode) == ["first", "second"])
      #expect(units.map(\.factors.count) == [3, 3])
      // Both kernels have their weights at each place of u, of 3×2 or 5×4.
      let places = stride == 2 ? 3 * 2 : 5 * 4
      #expect(
        try cost(expanded).cost.online == 2 * places * 6 * 4 * 9 + 3 * places * 6 * 2 * 9)
    }
  }

  @Test func `costs that cannot be known are nil`() throws {
    var sketch = ModelSketch(input: [1, 3, nil, nil])
    sketch.constant("w", [8, 3, 3, 3])
    sketch.node("node", "Conv", ["x", "w"], ["y"])
    let expanded = try Expander(options { $0.rate = 1 }).expand(sketch.model()).0
    let cost = try cost(expanded).cost
    #expect(cost.materialized == nil && cost.online == nil)
    // 3→3→8→8: the cheaper order joins the last two first, 8·8·3·9, then 8·3·3·9.
    #expect(cost.compositionPerStep == 3 * (8 * 3 * 3 * 9 + 8 * 8 * 3 * 9))
  }
}
