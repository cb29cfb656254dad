import Expansion
import NetworkIR

/// What `contract` did with each unit, and what it left alone.
struct ContractReport: Report {
  struct Unit: Encodable {
    let node: String
    let strategy: String?
    let channels: [Int]
    let parametersBefore: Int
    let parametersAfter: Int
    let notes: [String]

    init(_ unit: ContractionReport.Unit) {
      node = unit.node.description
      strategy = unit.strategy?.rawValue
      channels = unit.channels
      parametersBefore = unit.parametersBefore
      parametersAfter = unit.parametersAfter
      notes = unit.notes.map(\.sentence)
    }
  }

  struct Skipped: Encodable {
    let node: String
    let reason: String
  }

  let output: String
  let method: String
  let units: [Unit]
  let skipped: [Skipped]
  let parametersBefore: Int
  let parametersAfter: Int
  /// none, units or network.
  let verified: String
  let maxAbsoluteError: Double?
  let tolerance: Double?
  private let notations: [String]
  private let sentences: [String]

  private enum CodingKeys: CodingKey {
    case output, method, units, skipped, parametersBefore, parametersAfter, verified
    case maxAbsoluteError, tolerance
  }

  init(
    _ report: ContractionReport, before: Statistics, after: Statistics, output: ModelPath,
    _ check: RewriteCheck
  ) {
    self.output = output.description
    method = report.method.word
    units = report.units.map(Unit.init)
    skipped = report.skipped.map {
      Skipped(node: $0.node.description, reason: $0.obstacle.sentence)
    }
    parametersBefore = before.parameters
    parametersAfter = after.parameters
    verified = check.extent.rawValue
    maxAbsoluteError = check.maxAbsoluteError
    tolerance = check.tolerance
    notations = report.units.map(\.notation)
    sentences = [report.sentence, check.sentence].compactMap(\.self)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(output, forKey: .output)
    try container.encode(method, forKey: .method)
    try container.encode(units, forKey: .units)
    try container.encode(skipped, forKey: .skipped)
    try container.encode(parametersBefore, forKey: .parametersBefore)
    try container.encode(parametersAfter, forKey: .parametersAfter)
    try container.encode(verified, forKey: .verified)
    try container.encode(maxAbsoluteError, forKey: .maxAbsoluteError)
    try container.encode(tolerance, forKey: .tolerance)
  }

  func text(width: Int?) -> String {
    var lines = sentences
    if !units.isEmpty || !skipped.isEmpty { lines.insert(table.text(width: width), at: 0) }
    if output != "-" { lines.append("Wrote \(output)") }
    return lines.joined(separator: "\n")
  }

  private var table: Table {
    var table = Table(
      .text("node"), .text("was"), .number("parameters"), .number("contracted"), .text("note"))
    for (unit, notation) in zip(units, notations) {
      table.add(
        unit.node, notation, unit.parametersBefore.grouped, unit.parametersAfter.grouped,
        unit.notes.joined(separator: "; "))
    }
    for row in skipped { table.add(row.node, "", "", "", "stays: \(row.reason)") }
    table.addRule()
    table.add("whole network", "", parametersBefore.grouped, parametersAfter.grouped, "")
    return table
  }
}
