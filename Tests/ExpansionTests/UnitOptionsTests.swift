import Expansion
import NetworkIR
import TestSupport
import Testing

@Suite struct UnitOptionsTests {
  /// Two convolutions, 3→8 k3 and 8→4 k5, and a Relu between them.
  private func model() throws -> Model {
    var sketch = ModelSketch(input: [1, 3, 9, 9])
    sketch.constant("w1", [8, 3, 3, 3])
    sketch.constant("w2", [4, 8, 5, 5])
    sketch.node("first", "Conv", ["x", "w1"], ["u"])
    sketch.node("relu", "Relu", ["u"], ["v"])
    sketch.node("second", "Conv", ["v", "w2"], ["y"])
    return try sketch.model()
  }

  private func expand(
    _ units: [Name: UnitOptions], _ change: (inout ExpansionOptions) -> Void = { _ in }
  ) throws -> ExpansionReport {
    let model = try model()
    var options = options {
      $0.initialisation = .random
      change(&$0)
    }
    options.units = [:]
    for node in model.graph.nodes { options.units?[node.id] = units[node.name] }
    let report = try Expander(options).expand(model).1
    #expect(report == (try Expander(options).plan(model)))
    return report
  }

  private func unit(_ change: (inout UnitOptions) -> Void) -> UnitOptions {
    var unit = UnitOptions()
    change(&unit)
    return unit
  }

  private func channels(_ report: ExpansionReport) -> [[Int]?] {
    report.rows.map { row in
      if case .expanded(let unit) = row.result { unit.channels } else { nil }
    }
  }

  @Test func `each node takes its own strategy and rate, and the rest from the flags`() throws {
    let report = try expand([
      "first": unit {
        $0.strategy = .expand(.cl)
        $0.rate = 2
        $0.stem = .keep
      },
      "second": unit { $0.strategy = .expand(.ck) },
    ])
    // CL keeps the stem's 3 channels, then 2·8; CK takes the flags' r = 4 of its 8 inputs.
    #expect(channels(report) == [[3, 3, 16, 8], [8, 32, 4]])
  }

  @Test func `a node that is not listed is left alone, and one without strategy is not`() throws {
    let report = try expand(["second": unit { $0.rate = 1 }]) { $0.convolutions = .cl }
    #expect(channels(report) == [nil, [8, 8, 4, 4]])
    #expect(report.rows[0].result == .skipped(.leftByPlan))
    let none = try expand(["second": unit { $0.strategy = UnitOptions.Strategy.none }])
    #expect(none.unitCount == 0)
  }

  @Test func `what a node cannot be is thrown, not skipped`() throws {
    #expect(
      throws: ExpansionError.unmet(
        node: "first", index: 0, .notExpandable(.kernelHasNoThreeByThreeChain(extents: [3, 3])))
    ) {
      try expandOnly("first", by: .ck)
    }
    #expect(throws: ExpansionError.unmet(node: "second", index: 2, .strategyUnsuitable(.fc))) {
      try expandOnly("second", by: .fc)
    }
    #expect(throws: ExpansionError.unmet(node: "relu", index: 1, .holdsNoWeights)) {
      try expandOnly("relu", by: .cl)
    }
  }

  private func expandOnly(_ name: Name, by strategy: ExpansionStrategy) throws {
    let model = try model()
    var options = options { $0.initialisation = .random }
    let node = try #require(model.graph.nodes.first { $0.name == name })
    options.units = [node.id: unit { $0.strategy = .expand(strategy) }]
    // The plan says why in its row.
    let rows = try Expander(options).plan(model).rows
    #expect(rows.contains { $0.node == name && $0.result != .skipped(.leftByPlan) })
    _ = try Expander(options).expand(model)
  }

  @Test func `a pattern that matches nothing is refused with the names there are`() throws {
    let model = try model()
    let known: [Name] = ["first", "w1", "second", "w2"]
    #expect(throws: ExpansionError.patternMatchesNothing(.include, "third", known: known)) {
      try Expander(options { $0.include = ["fir*", "third"] }).plan(model)
    }
    #expect(throws: ExpansionError.patternMatchesNothing(.exclude, "relu", known: known)) {
      try Expander(options { $0.exclude = ["relu"] }).expand(model)
    }
    #expect(try Expander(options { $0.exclude = ["w?"] }).plan(model).unitCount == 0)
  }
}
