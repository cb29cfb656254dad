import Execution
import NetworkIR

/// Whether a rewritten model computes what the original does, found by running both.
struct SameFunctionCheck {
  /// Nil where the two could not be run here.
  private let report: ComparisonReport?

  /// Warns, and checks nothing, where the model is valid and can't be run here or as it is.
  ///
  /// - Throws: `ComparisonError` for anything else.
  init(_ original: Model, _ rewritten: Model, batchSize: Int = 4) throws {
    var options = ComparisonOptions()
    options.batchSize = batchSize
    do {
      report = try ModelComparison.compare(original.graph, rewritten.graph, options: options)
    } catch {
      switch error {
      case _ where error.isUnsupported:
        Console.warn("not checked by running it: \(error.diagnostic.what)")
      case .input(.open(let name, _)):
        Console.warn("not checked by running it: the input '\(name)' has open extents")
      default: throw error
      }
      report = nil
    }
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
    throw Diagnostic(
      .checkFailed,
      "\(subject) differs by \(worst.maxAbsoluteError.significant(3)) where rounding explains "
        + "\(worst.tolerance.significant(3))",
      at: "output '\(worst.output)' on \(worst.kind.rawValue) inputs", next: "nothing was written")
  }
}
