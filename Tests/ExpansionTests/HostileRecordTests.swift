import Expansion
import Foundation
import NetworkIR
import OrderedCollections
import TestSupport
import Testing

/// Records are a file's content: whatever they say, no invalid node is written.
@Suite struct HostileRecordTests {
  @Test(
    arguments: [
      ["x", "w", "b", "x"], ["x"], ["w", "w", "b"], ["x", "b", "w"], ["x", "w"], ["x", "w", "x"],
      [],
      ["b", "w", "b"],
    ])
  func `a recorded node that reads something else is no record to follow`(inputs: [String]) throws {
    try check { $0["inputs"] = inputs }
  }

  @Test(arguments: [[], ["y", "z"]])
  func `a recorded node writes one value`(outputs: [String]) throws {
    try check { $0["outputs"] = outputs }
  }

  @Test func `a record that nobody touched is followed`() throws {
    let report = try contracted { _ in }
    #expect(report.method == .provenance)
  }

  private func check(_ change: (inout [String: Any]) -> Void) throws {
    let report = try contracted(change)
    guard
      case .structure(insteadOfProvenance: .unit(_, index: 0, .recordUnusable)?) = report.method
    else {
      Issue.record("contracted by \(report.method)")
      return
    }
  }

  private func contracted(_ change: (inout [String: Any]) -> Void) throws -> ContractionReport {
    var sketch = ModelSketch(input: [1, 4, 9, 9])
    sketch.constant("w", [6, 4, 3, 3])
    sketch.constant("b", [6])
    sketch.node("node", "Conv", ["x", "w", "b"], ["y"])
    var model = try Expander(ExpansionOptions()).expand(sketch.model()).0
    let text = try #require(model.metadata[Provenance.key])
    var document = try #require(
      try JSONSerialization.jsonObject(with: Data(text.bytes)) as? [String: Any])
    var units = try #require(document["units"] as? [[String: Any]])
    var nodes = try #require(units[0]["nodes"] as? [[String: Any]])
    change(&nodes[0])
    units[0]["nodes"] = nodes
    document["units"] = units
    model.metadata[Provenance.key] = Name(
      bytes: Array(try JSONSerialization.data(withJSONObject: document)))
    let (contracted, report) = try Contractor().contract(model)
    #expect(contracted.graph.nodes.allSatisfy { $0.inputs.count <= 3 && $0.outputs.count == 1 })
    return report
  }
}
