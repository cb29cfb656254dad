import Execution
import Expansion
import Foundation
import NetworkIR
import ONNXFormat
import TestSupport
import Testing

@Suite struct VerificationTests {
  static let preserving: [ExpansionOptions] = [
    .some(.cl, fullyConnected: 3), .some(.cl, fullyConnected: 2), .some(.none, fullyConnected: 3),
    .some(.cl, fullyConnected: 0),
  ]
  static let random: [ExpansionOptions] = [
    .some(.ck, fullyConnected: 3, .random), .some(.cl, fullyConnected: 3, .random),
  ]

  @Test(arguments: Fixture.names, preserving)
  func `a network, its expansion and the contraction of that compute the same`(
    name: String, options: ExpansionOptions
  ) throws {
    let model = try ONNXFile.read(Fixture.model(name).path)
    let (expanded, report) = try Expander(options).expand(model)
    let (contracted, _) = try Contractor().contract(expanded)
    let forth = try compare(model.graph, expanded.graph)
    #expect(forth.passed, "\(name), \(report.unitCount) units: \(forth)")
    let back = try compare(expanded.graph, contracted.graph)
    #expect(back.passed, "\(name), \(report.unitCount) units: \(back)")
  }

  @Test(arguments: Fixture.names, random)
  func `contracting fresh weights keeps what they compute`(
    name: String, options: ExpansionOptions
  ) throws {
    let model = try ONNXFile.read(Fixture.model(name).path)
    let (expanded, report) = try Expander(options).expand(model)
    let (contracted, _) = try Contractor().contract(expanded)
    let comparison = try compare(expanded.graph, contracted.graph)
    #expect(comparison.passed, "\(name), \(report.unitCount) units: \(comparison)")
    // And fresh weights are not the old ones.
    #expect(try compare(model.graph, expanded.graph).passed == (report.unitCount == 0))
  }
}
