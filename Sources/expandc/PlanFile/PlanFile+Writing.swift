import Expansion
import NetworkIR
import TensorCore

extension PlanFile {
  /// The plan that does what `report` says, as text; a comment on each entry says what comes of it.
  static func text(of report: ExpansionReport, model: String) -> String {
    var lines = [
      "# What expandc makes of each node of \(model.printable) that holds weights.",
      "# Edit, then: expandc expand \(model.printable) --plan THIS_FILE",
      "# strategy: \(strategies.joined(separator: ", ")). A node without an entry is left alone.",
    ]
    for row in report.rows { lines += [""] + entry(row) }
    return lines.joined(separator: "\n") + "\n"
  }

  static func write(_ report: ExpansionReport, model: String, to path: String) throws(FileError) {
    let file = try AtomicFile(path: path)
    try file.write(Array(text(of: report, model: model).utf8))
    try file.commit()
  }

  private static func entry(_ row: ExpansionReport.Row) -> [String] {
    var lines = ["[[\(heading)]]"]
    func add(_ key: Key, _ value: String) { lines.append("\(key.rawValue) = \(value)") }
    // A name that is not UTF-8 cannot be written; the index stands for it.
    if !row.node.isEmpty, let name = String(validating: row.node.bytes, as: UTF8.self) {
      add(.name, name.quotedForTOML)
    }
    add(.index, String(row.index))
    add(.operator, row.type.description.quotedForTOML)
    switch row.result {
    case .skipped(let reason):
      add(.strategy, noStrategy.quotedForTOML)
      lines.append("# skipped: \(reason.sentence.printable)")
    case .expanded(let unit):
      let options = unit.options
      add(.strategy, unit.strategy.rawValue.quotedForTOML)
      add(.rate, "\(options.rate)")
      if unit.strategy == .fc { add(.fc, String(options.fullyConnectedFactors)) }
      // All that the unit's record in the model will say, so that a plan makes the same bytes.
      add(.strideAt, options.strideAt.rawValue.quotedForTOML)
      add(.stem, options.stem.rawValue.quotedForTOML)
      add(.intermediateBias, options.intermediateBias.rawValue.quotedForTOML)
      lines.append(
        "# \(unit.notation), \(unit.parametersBefore.grouped) parameters become "
          + unit.parametersAfter.grouped)
    }
    return lines
  }
}

extension String {
  /// The text as a basic string of TOML.
  fileprivate var quotedForTOML: String {
    var quoted = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
