import Execution
import NetworkIR

/// How far two networks' outputs are apart.
///
/// The keys at the top: absolute and relative error and tolerance are those of the row that comes
/// closest to its tolerance, or exceeds it most; ULP is the most, agreement the least of all rows.
struct VerifyReport: Report {
  struct Row: Encodable {
    let inputs: String
    let output: String
    let passed: Bool
    let maxAbsoluteError: Double
    let maxRelativeError: Double
    let maxElementwiseError: Double
    let maxULP: Int
    let tolerance: Double
    let argmaxAgreement: Double

    init(_ row: ComparisonReport.Row) {
      inputs = row.kind.rawValue
      output = row.output.description
      passed = row.passed
      maxAbsoluteError = row.maxAbsoluteError
      maxRelativeError = row.maxRelativeError
      maxElementwiseError = row.maxElementwiseError
      maxULP = row.maxULP
      tolerance = row.tolerance
      argmaxAgreement = row.argmaxAgreement
    }
  }

  let passed: Bool
  let maxAbsoluteError: Double
  let maxRelativeError: Double
  let maxULP: Int
  let tolerance: Double
  let argmaxAgreement: Double
  let rows: [Row]
  private let paths: (String, String)

  private enum CodingKeys: CodingKey {
    case passed, maxAbsoluteError, maxRelativeError, maxULP, tolerance, argmaxAgreement, rows
  }

  init(_ report: ComparisonReport, _ first: String, _ second: String) {
    passed = report.passed
    maxAbsoluteError = report.worst?.maxAbsoluteError ?? 0
    maxRelativeError = report.worst?.maxRelativeError ?? 0
    tolerance = report.worst?.tolerance ?? 0
    maxULP = report.rows.map(\.maxULP).max() ?? 0
    argmaxAgreement = report.rows.map(\.argmaxAgreement).min() ?? 1
    rows = report.rows.map(Row.init)
    paths = (first.printable, second.printable)
  }

  func text(width: Int?) -> String {
    var table = Table(
      .text("inputs"), .text("output"), .number("largest |Δ|"), .number("tolerance"),
      .number("of largest"), .number("ULP"), .number("same argmax"), .text("passed"))
    for row in rows {
      table.add(
        row.inputs, row.output, row.maxAbsoluteError.significant(3), row.tolerance.significant(3),
        row.maxRelativeError.significant(3), row.maxULP.grouped, row.argmaxAgreement.percent,
        row.passed ? "yes" : "no")
    }
    let verdict =
      passed
      ? "\(paths.0) and \(paths.1) compute the same: rounding explains every difference."
      : "\(paths.0) and \(paths.1) differ by more than rounding can explain."
    return table.text(width: width) + "\n" + verdict
  }
}
