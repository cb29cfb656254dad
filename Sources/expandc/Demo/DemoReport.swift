import Execution
import NetworkIR
import Training

/// What the demo came to: a row for each network, and whether the contraction is exact.
struct DemoReport: Report {
  struct Row: Encodable {
    let network: String
    let parameters: Int
    let macs: MACsReport
    /// Median over the epochs, training alone; nil for the contracted network, which isn't trained.
    let secondsPerEpoch: Double?
    let accuracy: Double

    init(_ network: String, _ graph: Graph, _ epochs: [Trainer.EpochReport]) throws {
      let seconds = epochs.map(\.seconds).sorted()
      try self.init(
        network, graph, seconds: seconds.isEmpty ? nil : seconds[seconds.count / 2],
        accuracy: epochs.last?.test?.accuracy ?? .nan)
    }

    init(_ network: String, _ graph: Graph, seconds: Double? = nil, accuracy: Double) throws {
      let statistics = try Statistics(graph)
      self.network = network
      parameters = statistics.parameters
      macs = MACsReport(statistics.macs)
      secondsPerEpoch = seconds
      self.accuracy = accuracy
    }
  }

  struct Verify: Encodable {
    let passed: Bool
    let maxAbsoluteError: Double
    let tolerance: Double
    let argmaxAgreement: Double
  }

  let networks: [Row]
  let verify: Verify
  /// True where the contracted network differs from the compact one in weights only.
  let isSameGraph: Bool
  let changedWeights: Int

  init(rows: [Row], _ comparison: ComparisonReport, _ diff: GraphDiff) {
    networks = rows
    let worst = comparison.worst
    verify = Verify(
      passed: comparison.passed, maxAbsoluteError: worst?.maxAbsoluteError ?? 0,
      tolerance: worst?.tolerance ?? 0,
      argmaxAgreement: comparison.rows.map(\.argmaxAgreement).min() ?? 1)
    isSameGraph = diff.isStructureEqual && diff.metadata.isEmpty
    changedWeights = diff.weights.count
  }

  func text(width: Int?) -> String {
    var table = Table(
      .text("network"), .number("parameters"), .number("MACs"), .number("s/epoch"),
      .number("test accuracy"))
    for row in networks {
      table.add(
        row.network, row.parameters.grouped, row.macs.weights.groupedOrUnknown,
        row.secondsPerEpoch?.decimals(2) ?? "–", row.accuracy.percent)
    }
    return [
      table.text(width: width), "",
      "verify  expanded = contracted: \(verify.passed ? "passed" : "FAILED"), "
        + "max |Δ| \(verify.maxAbsoluteError.significant(3)), "
        + "tolerance \(verify.tolerance.significant(3))",
      "diff    compact, contracted: "
        + (isSameGraph ? "the same graph" : "ANOTHER graph")
        + ", \(changedWeights) tensors with other weights",
    ].joined(separator: "\n")
  }
}
