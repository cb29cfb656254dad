import Expansion
import NetworkIR

/// What became of each node that holds weights.
struct ExpandReport: Report {
  struct Unit: Encodable {
    let node: String
    let index: Int
    let strategy: String
    let channels: [Int]
    let parametersBefore: Int
    let parametersAfter: Int
    /// σ_max / σ_min of the worst factor but the free one; null where factors are random or none
    /// were made.
    let condition: Double?
  }

  struct Skipped: Encodable {
    let node: String
    let index: Int
    let reason: String
  }

  /// Null where no model was written.
  let output: String?
  /// The plan of units that was written, or null.
  let plan: String?
  let units: [Unit]
  let skipped: [Skipped]
  let parametersBefore: Int
  let parametersAfter: Int
  /// Null where no function is kept, or where that was not checked.
  let maxAbsoluteError: Double?
  /// none, units or network.
  let verified: String
  private let sentence: String?
  private let rows: [ExpansionReport.Row]

  private enum CodingKeys: CodingKey {
    case output, plan, units, skipped, parametersBefore, parametersAfter, maxAbsoluteError
    case verified
  }

  /// - Parameter after: nil where nothing was expanded yet.
  init(
    _ report: ExpansionReport, before: Statistics, after: Statistics? = nil,
    output: ModelPath? = nil, plan: String? = nil, check: RewriteCheck = RewriteCheck()
  ) {
    self.output = output?.description
    self.plan = plan
    var units: [Unit] = []
    var skipped: [Skipped] = []
    for row in report.rows {
      let node = row.node.description
      switch row.result {
      case .expanded(let unit):
        units.append(
          Unit(
            node: node, index: row.index, strategy: unit.strategy.rawValue,
            channels: unit.channels, parametersBefore: unit.parametersBefore,
            parametersAfter: unit.parametersAfter, condition: unit.condition))
      case .skipped(let reason):
        skipped.append(Skipped(node: node, index: row.index, reason: reason.sentence))
      }
    }
    self.units = units
    self.skipped = skipped
    parametersBefore = before.parameters
    parametersAfter =
      after?.parameters
      ?? units.reduce(before.parameters) { $0 - $1.parametersBefore + $1.parametersAfter }
    maxAbsoluteError = check.maxAbsoluteError
    verified = check.extent.rawValue
    sentence = check.sentence
    rows = report.rows
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(output, forKey: .output)
    try container.encode(plan, forKey: .plan)
    try container.encode(units, forKey: .units)
    try container.encode(skipped, forKey: .skipped)
    try container.encode(parametersBefore, forKey: .parametersBefore)
    try container.encode(parametersAfter, forKey: .parametersAfter)
    try container.encode(maxAbsoluteError, forKey: .maxAbsoluteError)
    try container.encode(verified, forKey: .verified)
  }

  func text(width: Int?) -> String {
    var table = Table(
      .text("node"), .text("operator"), .text("becomes"), .number("parameters"),
      .number("expanded"))
    for row in rows {
      let name = row.node.isEmpty ? "(\(row.index))" : row.node.description
      switch row.result {
      case .expanded(let unit):
        table.add(
          name, row.type.description, unit.sentence, unit.parametersBefore.grouped,
          unit.parametersAfter.grouped)
      case .skipped(let reason):
        table.add(name, row.type.description, "skipped: \(reason.sentence)", "", "")
      }
    }
    table.addRule()
    table.add("whole network", "", "", parametersBefore.grouped, parametersAfter.grouped)
    var lines = [table.text(width: width)]
    if let sentence { lines.append(sentence) }
    if let condition = units.compactMap(\.condition).max() {
      lines.append(
        "Factors are of condition \(condition.decimals(4)) at most, the free ones aside.")
    }
    if let plan { lines.append("Wrote the plan \(plan)") }
    if let output, output != "-" { lines.append("Wrote \(output)") }
    return lines.joined(separator: "\n")
  }
}

extension ExpansionReport.Unit {
  /// The unit's notation, and why it is not CK where one would expect that.
  var sentence: String {
    narrowCK.map { "\(notation) (CK: \($0.flags))" } ?? notation
  }
}
