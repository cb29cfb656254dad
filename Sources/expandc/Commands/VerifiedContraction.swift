import Expansion
import NetworkIR

/// A contracted model that computes what the expanded one does, as far as that was checked.
struct VerifiedContraction {
  /// The expanded model itself where there was nothing to contract.
  let model: Model
  let report: ContractionReport
  let check: RewriteCheck

  /// - Parameters:
  ///   - file: what errors call the expanded model.
  ///   - compact: the model to contract to, where one is given.
  /// - Throws: `ContractionError`; `Diagnostic` where rounding can't explain the difference.
  init(
    _ expanded: Model, file: String, _ options: ContractionOptions = ContractionOptions(),
    scope: VerificationScope = .auto, like compact: Model? = nil
  ) throws {
    var options = options
    options.checksUnits = scope != .none
    let contractor = Contractor(options)
    let (model, report) = try concerning(file) {
      if let compact { return try contractor.contract(expanded, like: compact) }
      return try contractor.contract(expanded)
    }
    check =
      report.isEmpty
      ? RewriteCheck()
      : try concerning(file) {
        try RewriteCheck(
          expanded, model, units: report.units.map { ($0.node, $0.check) }, scope,
          subject: "the contracted network")
      }
    self.model = model
    self.report = report
  }
}
