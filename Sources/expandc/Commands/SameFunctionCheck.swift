import Execution
import Expansion
import NetworkIR

/// Whether a rewritten model computes what the original does, found by running both.
struct SameFunctionCheck {
  /// Nil where the two were not run.
  private let report: ComparisonReport?
  /// Why they were not, or why that says nothing.
  let omission: String?

  /// Multiply-accumulates that a check may cost before nobody wants to wait for it: some seconds.
  static let budget = 16_000_000_000
  private static let largestBatch = 4

  /// Runs nothing where that costs too much, or the model is valid and can't be run here or as it
  /// is.
  ///
  /// - Parameter isForced: run the networks whatever it costs, and throw where that can't be done.
  /// - Throws: `ComparisonError`.
  init(_ original: Model, _ rewritten: Model, isForced: Bool) throws {
    var options = ComparisonOptions()
    options.batchSize = Self.largestBatch
    if let cost = Self.costPerImage(original.graph, rewritten.graph) {
      options.batchSize = max(1, min(Self.largestBatch, Self.budget / max(1, cost)))
      if cost > Self.budget, !isForced {
        report = nil
        omission =
          "The whole network was not run, which would take \((cost / 1_000_000_000).grouped) GMAC "
          + "(--verify network)."
        return
      }
    }
    do {
      let report = try ModelComparison.compare(original.graph, rewritten.graph, options: options)
      self.report = report
      omission =
        report.unresponsive.isEmpty
        ? nil : "The whole network says little: its outputs are the same for all inputs."
    } catch {
      guard !isForced, let cause = error.omission else { throw error }
      report = nil
      omission = "The whole network was not run: \(cause)."
    }
  }

  /// What one image costs in all runs of both networks, or the images that the file fixes do; nil
  /// where extents are open.
  private static func costPerImage(_ a: Graph, _ b: Graph) -> Int? {
    let images =
      a.requiredInputs.compactMap { input in
        a[input].declaredType?.dimensions?.first?.extent
      }.max() ?? 1
    var total = 0.0
    for graph in [a, b] {
      guard let macs = (try? Statistics(graph))?.macs.weights else { return nil }
      total += Double(macs) * Double(images) * Double(ModelComparison.runsPerNetwork)
    }
    return Int(exactly: total.rounded(.up)) ?? .max
  }

  /// Of the output and the kind of inputs that come closest to their tolerance.
  var maxAbsoluteError: Double? { report?.worst?.maxAbsoluteError }
  /// What it may be.
  var tolerance: Double? { report?.worst?.tolerance }

  /// Throws, with the status of a failed check, where rounding can't explain the difference.
  ///
  /// - Parameter subject: what the sentence calls the rewritten model.
  func requirePassed(_ subject: String) throws {
    guard let worst = report?.worst, !worst.passed else { return }
    let channel = worst.failsByChannel ? worst.channel : nil
    let error = channel?.maxAbsoluteError ?? worst.maxAbsoluteError
    let tolerance = channel?.tolerance ?? worst.tolerance
    throw Diagnostic(
      .checkFailed,
      "\(subject) differs by \(error.significant(3)) where rounding explains "
        + "\(tolerance.significant(3))",
      at: "output '\(worst.output)'" + (channel.map { ", channel \($0.index)," } ?? "")
        + " on \(worst.kind.rawValue) inputs", next: "nothing was written")
  }
}

extension ComparisonError {
  /// Why two valid networks can't be run here, or as they are; nil for other errors.
  fileprivate var omission: String? {
    if isUnsupported { return diagnostic.what }
    if case .input(.open(let name, _, _)) = self { return "the input '\(name)' has open extents" }
    return nil
  }
}
