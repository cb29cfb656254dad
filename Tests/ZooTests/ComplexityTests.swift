import Expansion
import NetworkIR
import TensorCore
import TestSupport
import Testing
import Zoo

/// Zoo, then expand, then the statistics that `inspect` prints, against the acceptance table.
@Suite struct ComplexityTests {
  @Test func `the table has 101 rows, one of them beyond the rules of expansion`() {
    #expect(ComplexityRow.all.count == 101)
    #expect(ComplexityRow.all.count { $0.groupsWithinFactors } == 1)
  }

  @Test(arguments: ComplexityRow.all.filter { !$0.groupsWithinFactors })
  func `every row that flags can give has its parameters and both its counts of MACs`(
    row: ComplexityRow
  ) throws {
    let statistics = try Statistics(expanded(row))
    #expect(statistics.parameters == row.params)
    #expect(statistics.macs.weights == row.mac)
    #expect(statistics.macs.paper == row.pt)
  }

  /// With r·c groups the k×k factor of a channel has r·k² weights in place of r²·k², each used as
  /// often: a share 1 − 1/r of its parameters and MACs is too many in what the rules give.
  @Test func `the row of a release with r·c groups follows from what the rules give`() throws {
    let row = try #require(ComplexityRow.all.first { $0.groupsWithinFactors })
    let rate = try #require(row.rate.map { Int($0) })
    let graph = try expanded(row)
    let statistics = try Statistics(graph)
    let spatial = zip(graph.nodes, statistics.nodes).filter { node, _ in
      guard case .conv(let conv) = node.operator else { return false }
      return conv.group > 1 && conv.window.kernelShape == [3, 3]
    }
    #expect(spatial.count == 19)
    let parameters = spatial.reduce(0) { $0 + $1.1.parameters }
    let macs = spatial.reduce(0) { $0 + ($1.1.macs.weights ?? 0) }
    #expect(statistics.parameters - parameters + parameters / rate == row.params)
    #expect(statistics.macs.weights.map { $0 - macs + macs / rate } == row.mac)
    #expect(statistics.macs.paper.map { $0 - macs + macs / rate } == row.pt)
  }

  private func expanded(_ row: ComplexityRow) throws -> Graph {
    var model = try row.network.model(seed: 1)
    for options in row.runs {
      let (expanded, report) = try Expander(options).expand(model)
      try #require(report.unitCount > 0)
      model = expanded
    }
    return model.graph
  }
}
