import Expansion
import Foundation
import NetworkIR
import ONNXFormat
import TensorCore
import TestSupport
import Testing

/// Through files: expanding and contracting changes weights, by their rounding, and nothing else.
@Suite struct VerificationDiffTests {
  /// `PreserveBound` is below 12 roundings u of the largest weight, whatever the shape (see
  /// `FactorTests` of the expansion): a few ULP of it.
  private static let fewRoundings = 12 * 0x1p-24

  @Test(arguments: Fixture.names, VerificationTests.preserving)
  func `expanding and contracting gives a diff of weights only, by a few roundings`(
    name: String, options: ExpansionOptions
  ) throws {
    let folder = try TemporaryFolder()
    let (expandedPath, contractedPath) = (folder.path("e.onnx"), folder.path("c.onnx"))
    let compact = try ONNXFile.read(Fixture.model(name).path)
    let (expanded, report) = try Expander(options).expand(compact)
    try ONNXFile.write(expanded, to: expandedPath)
    try ONNXFile.write(Contractor().contract(ONNXFile.read(expandedPath)).0, to: contractedPath)
    let contracted = try ONNXFile.read(contractedPath)

    let diff = GraphDiff(compact, contracted)
    #expect(diff.structure.isEmpty, "\(name): \(diff.structure)")
    #expect(diff.metadata.isEmpty, "\(name): \(diff.metadata)")
    #expect(diff.weights.isEmpty == (report.unitCount == 0))
    for difference in diff.weights {
      guard case .elements(let weight, let change) = difference,
        let value = compact.graph.value(named: weight),
        let original = try compact.graph.constant(value).tensor.doubles
      else {
        Issue.record("\(name): \(difference)")
        continue
      }
      let largest = original.map(\.magnitude).max() ?? 0
      #expect(
        (change.maximum ?? .infinity) <= Self.fewRoundings * largest,
        "\(name), \(weight): \(change) of \(largest)")
    }
    let parameters = try Statistics(contracted.graph).parameters
    #expect(try parameters == Statistics(compact.graph).parameters)
    #expect(try (Statistics(expanded.graph).parameters > parameters) == (report.unitCount > 0))
  }
}
