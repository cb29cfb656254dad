import Expansion
import NetworkIR

/// What `contract` restored.
struct ContractReport: Report {
  struct Unit: Encodable {
    let node: String
    let strategy: String
    let channels: [Int]
    let parametersBefore: Int
    let parametersAfter: Int
    let notes: [String]

    init(_ unit: ContractionReport.Unit) {
      node = unit.node.description
      strategy = unit.strategy.rawValue
      channels = unit.channels
      parametersBefore = unit.parametersBefore
      parametersAfter = unit.parametersAfter
      notes = unit.notes.map(\.sentence)
    }
  }

  let output: String
  let units: [Unit]
  /// Always empty: a unit that can't be contracted is an error.
  let skipped: [String]
  let parametersBefore: Int
  let parametersAfter: Int
  let maxAbsoluteError: Double?
  let tolerance: Double?
  private let notations: [String]

  private enum CodingKeys: CodingKey {
    case output, units, skipped, parametersBefore, parametersAfter, maxAbsoluteError, tolerance
  }

  init(
    _ report: ContractionReport, before: Statistics, after: Statistics, output: ModelPath,
    _ check: SameFunctionCheck
  ) {
    self.output = output.description
    units = report.units.map(Unit.init)
    skipped = []
    parametersBefore = before.parameters
    parametersAfter = after.parameters
    maxAbsoluteError = check.maxAbsoluteError
    tolerance = check.tolerance
    notations = report.units.map(\.notation)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(output, forKey: .output)
    try container.encode(units, forKey: .units)
    try container.encode(skipped, forKey: .skipped)
    try container.encode(parametersBefore, forKey: .parametersBefore)
    try container.encode(parametersAfter, forKey: .parametersAfter)
    try container.encode(maxAbsoluteError, forKey: .maxAbsoluteError)
    try container.encode(tolerance, forKey: .tolerance)
  }

  func text(width: Int?) -> String {
    var table = Table(
      .text("node"), .text("was"), .number("parameters"), .number("contracted"), .text("note"))
    for (unit, notation) in zip(units, notations) {
      table.add(
        unit.node, notation, unit.parametersBefore.grouped, unit.parametersAfter.grouped,
        unit.notes.joined(separator: "; "))
    }
    table.addRule()
    table.add("whole network", "", parametersBefore.grouped, parametersAfter.grouped, "")
    var lines = [table.text(width: width)]
    if let maxAbsoluteError, let tolerance {
      lines.append(
        "Outputs differ by at most \(maxAbsoluteError.significant(3)), and rounding explains "
          + "\(tolerance.significant(3)).")
    }
    if output != "-" { lines.append("Wrote \(output)") }
    return lines.joined(separator: "\n")
  }
}

extension ContractionReport.Note {
  fileprivate var sentence: String {
    switch self {
    case .biasAdded(let name): "has the bias '\(name)' now"
    case .renamed(let name, let given): "'\(name)' is taken, so it is '\(given)'"
    case .untied(let name): "no longer shares '\(name)'"
    case .stored(let name): "stores '\(name)', which was computed from constants"
    }
  }
}
