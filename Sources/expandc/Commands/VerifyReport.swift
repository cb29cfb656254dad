import Execution
import NetworkIR

/// How far two networks' outputs are apart.
///
/// The keys at the top: absolute and relative error and tolerance are those of the row that comes
/// closest to its tolerance, or exceeds it most; ULP is the most, agreement the least of all rows.
struct VerifyReport: Report {
  struct Channel: Encodable {
    let index: Int
    let maxAbsoluteError: Double
    let tolerance: Double
  }

  struct Row: Encodable {
    let inputs: String
    let output: String
    let passed: Bool
    let maxAbsoluteError: Double
    let maxRelativeError: Double
    let maxElementwiseError: Double
    let maxULP: Int
    let tolerance: Double
    /// The channel that comes closest to its own tolerance, or exceeds it most.
    let channel: Channel
    let argmaxAgreement: Double
    /// The tolerance in parts of √(a² + b²), where a and b are what follows.
    let toleranceDeviations: Double
    /// The deviation of the output's roundings, in the first network and in the second.
    let roundings: [Double]
    fileprivate let failsByChannel: Bool

    private enum CodingKeys: CodingKey {
      case inputs, output, passed, maxAbsoluteError, maxRelativeError, maxElementwiseError, maxULP,
        tolerance, channel, argmaxAgreement, toleranceDeviations, roundings
    }

    init(_ row: ComparisonReport.Row) {
      inputs = row.kind.rawValue
      output = row.output.description
      passed = row.passed
      maxAbsoluteError = row.maxAbsoluteError
      maxRelativeError = row.maxRelativeError
      maxElementwiseError = row.maxElementwiseError
      maxULP = row.maxULP
      tolerance = row.tolerance
      channel = Channel(
        index: row.channel.index, maxAbsoluteError: row.channel.maxAbsoluteError,
        tolerance: row.channel.tolerance)
      failsByChannel = row.failsByChannel
      argmaxAgreement = row.argmaxAgreement
      toleranceDeviations = row.deviations
      roundings = [row.first.deviation, row.second.deviation]
    }
  }

  let passed: Bool
  let maxAbsoluteError: Double
  let maxRelativeError: Double
  let maxULP: Int
  let tolerance: Double
  let argmaxAgreement: Double
  /// Of the first network and of the second: the sums that follow each other, and the most terms of
  /// one.
  let depth: [Int]
  let terms: [Int]
  /// Outputs that the inputs do not move.
  let unresponsive: [String]
  let rows: [Row]
  private let isDetailed: Bool
  private let paths: (String, String)

  private enum CodingKeys: CodingKey {
    case passed, maxAbsoluteError, maxRelativeError, maxULP, tolerance, argmaxAgreement, depth,
      terms, unresponsive, rows
  }

  init(_ report: ComparisonReport, _ first: String, _ second: String, isDetailed: Bool = false) {
    passed = report.passed
    maxAbsoluteError = report.worst?.maxAbsoluteError ?? 0
    maxRelativeError = report.worst?.maxRelativeError ?? 0
    tolerance = report.worst?.tolerance ?? 0
    maxULP = report.rows.map(\.maxULP).max() ?? 0
    argmaxAgreement = report.rows.map(\.argmaxAgreement).min() ?? 1
    depth = [report.first.depth, report.second.depth]
    terms = [report.first.terms, report.second.terms]
    unresponsive = report.unresponsive.map(\.description)
    rows = report.rows.map(Row.init)
    self.isDetailed = isDetailed
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
    let channels = rows.filter(\.failsByChannel).map { row in
      "Channel \(row.channel.index) of \(row.output.printable) on \(row.inputs) inputs differs by "
        + "\(row.channel.maxAbsoluteError.significant(3)), and rounding explains "
        + "\(row.channel.tolerance.significant(3)) of numbers that small."
    }
    let parts =
      [table.text(width: width), isDetailed ? derivation(width: width) : nil] + channels
      + [verdict]
    return parts.compactMap(\.self).joined(separator: "\n")
  }

  /// What the tolerances are made of.
  private func derivation(width: Int?) -> String {
    var table = Table(
      .text("inputs"), .text("output"), .number("roundings of A"), .number("roundings of B"),
      .number("times"), .number("tolerance"))
    for row in rows {
      table.add(
        row.inputs, row.output, row.roundings[0].significant(3), row.roundings[1].significant(3),
        row.toleranceDeviations.significant(3), row.tolerance.significant(3))
    }
    let networks = zip(["A", "B"], zip([paths.0, paths.1], zip(depth, terms))).map { entry in
      let (letter, (path, (depth, terms))) = entry
      return "\(letter) is \(path): up to \(depth) sums in a row, of up to \(terms.grouped) terms."
    }
    return """

      The tolerance is “times” √(A² + B²): A and B are how far its roundings move an output of each
      network, one deviation, seen by moving its weights as rounding would. A channel whose numbers
      are thousands of times smaller than others' is held to a tolerance of its own as well.
      \(networks.joined(separator: "\n"))
      \(table.text(width: width))

      """
  }
}
