import Execution
import Expansion
import NetworkIR

/// Whether a rewritten model computes what the original does: unit by unit, and by running both
/// networks where that is asked for or cheap.
struct RewriteCheck {
  /// What was tried at last.
  enum Extent: String {
    case none, units, network
  }

  private(set) var extent = Extent.none
  /// The largest difference, in outputs of the network or of its units.
  private(set) var maxAbsoluteError: Double?
  /// What rounding explains of it.
  private(set) var tolerance: Double?
  /// Why the network was not run, or why that says nothing.
  private var omission: String?

  /// Nothing was rewritten, or nothing is to be checked.
  init() {}

  /// - Parameters:
  ///   - subject: what sentences call the rewritten model.
  ///   - units: the nodes that were rewritten; nil for those too large to try.
  /// - Throws: `Diagnostic` with the status of a failed check where rounding can't explain a
  ///   difference.
  init(
    _ original: Model, _ rewritten: Model, units: [(node: Name, check: UnitCheck?)],
    _ scope: VerificationScope, subject: String
  ) throws {
    guard scope != .none else { return }
    try check(units, subject)
    guard scope != .units else { return }
    let run: SameFunctionCheck
    do {
      run = try SameFunctionCheck(original, rewritten, isForced: scope == .network)
    } catch ComparisonError.execution(let side, let error) {
      throw side == .first ? error.diagnostic : error.diagnostic.within(subject)
    }
    omission = run.omission
    try run.requirePassed(subject)
    guard omission == nil, let error = run.maxAbsoluteError else { return }
    extent = .network
    maxAbsoluteError = error
    tolerance = run.tolerance
  }

  private mutating func check(
    _ units: [(node: Name, check: UnitCheck?)], _ subject: String
  ) throws {
    let checked = units.compactMap { unit in unit.check.map { (unit.node, $0) } }
    if checked.count < units.count {
      let left = units.count - checked.count
      Console.warn("\(left) \(left == 1 ? "unit is" : "units are") too large to be checked alone")
    }
    guard let (node, worst) = checked.max(by: { $0.1.severity < $1.1.severity }) else { return }
    guard worst.passed else {
      throw Diagnostic(
        .checkFailed,
        "\(subject) differs by \(worst.error.significant(3)) where rounding explains "
          + "\(worst.tolerance.significant(3))",
        at: "the unit '\(node)' alone", next: "nothing was written")
    }
    extent = .units
    maxAbsoluteError = worst.error
    tolerance = worst.tolerance
  }

  /// What was checked and how it went, in sentences; nil where there is nothing to say.
  var sentence: String? {
    guard let maxAbsoluteError, let tolerance else { return omission }
    let numbers =
      "differ by at most \(maxAbsoluteError.significant(3)), and rounding explains "
      + "\(tolerance.significant(3))."
    if extent == .network { return "Outputs \(numbers)" }
    return ["Outputs of single units \(numbers)", omission].compactMap(\.self)
      .joined(separator: " ")
  }
}
