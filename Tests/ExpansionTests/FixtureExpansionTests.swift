import Expansion
import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TestSupport
import Testing

/// `PreserveBound` is below 12 roundings of the largest weight for every shape (see `FactorTests`).
private let fewRoundings = 12.0

@Suite struct FixtureExpansionTests {
  static let strategies: [ExpansionOptions] = [
    options { $0.rate = 1 },
    options { $0.rate = 4 },
    options { $0.fullyConnectedFactors = 0 },
    options {
      $0.rate = 1.25
      $0.fullyConnectedFactors = 2
      $0.strideAt = .last
      $0.stem = .keep
      $0.intermediateBias = .none
    },
  ]

  @Test(arguments: Fixture.names, strategies)
  func `expanding and contracting a model changes its weights by their rounding only`(
    name: String, options: ExpansionOptions
  ) throws {
    let model = try ONNXFile.read(Fixture.model(name).path)
    let (expanded, report) = try Expander(options).expand(model)
    try expanded.graph.verify()
    #expect(report.unitCount > 0)
    #expect(expanded.graph.nodes.count > model.graph.nodes.count)
    let (contracted, contraction) = try Contractor().contract(expanded)
    #expect(contraction.units.count == report.unitCount)
    #expect(contraction.units.allSatisfy { $0.notes.isEmpty })
    #expect(Structure(contracted) == Structure(model))
    #expect(contracted.largestRoundings(from: model) <= fewRoundings)
  }

  @Test(arguments: Fixture.names)
  func `an expanded model survives the way through a file`(name: String) throws {
    let model = try ONNXFile.read(Fixture.model(name).path)
    let (expanded, _) = try Expander(options { $0.rate = 1 }).expand(model)
    let folder = try TemporaryFolder()
    let path = folder.url.appendingPathComponent("expanded.onnx").path
    try ONNXFile.write(expanded, to: path)
    let (contracted, _) = try Contractor().contract(ONNXFile.read(path))
    #expect(Structure(contracted) == Structure(model))
    #expect(contracted.largestRoundings(from: model) <= fewRoundings)
  }

  @Test func `random CK factors restore the structure, with other weights`() throws {
    let model = try ONNXFile.read(Fixture.model("smallnet7-train").path)
    let (expanded, report) = try Expander(
      options {
        $0.initialisation = .random
        $0.convolutions = .ck
        $0.stem = .keep
      }
    ).expand(model)
    let notations = report.rows.map { row in
      if case .expanded(let unit) = row.result { unit.notation } else { "" }
    }
    #expect(
      notations == [
        "CK 3→3→32→8", "CK 8→32→64→16", "CK 16→64→128→32", "FC 512→2048→256→64", "",
      ])
    #expect(report.rows.last?.result == .skipped(.makesLogits))
    let (contracted, _) = try Contractor().contract(expanded)
    #expect(Structure(contracted) == Structure(model))
    #expect(contracted.tensor("0.weight") != model.tensor("0.weight"))
  }

  @Test func `nodes carry whose unit they are from IR version 10, and only from there`() throws {
    let new = try ONNXFile.read(Fixture.model("smallnet7-dynamo").path)
    let (expanded, _) = try Expander(ExpansionOptions()).expand(new)
    let factor = try #require(expanded.graph.nodes.first)
    #expect(factor.metadata[Provenance.unitKey] == "node_Conv_25")
    #expect(factor.metadata[Provenance.factorKey] == "0/3")
    let old = try ONNXFile.read(Fixture.model("smallnet7-train").path)
    let (plain, _) = try Expander(ExpansionOptions()).expand(old)
    #expect(plain.graph.nodes.allSatisfy { $0.metadata.isEmpty })
    #expect(plain.irVersion == old.irVersion)
  }
}
