import Expansion
import NetworkIR

/// A contracted model that computes what the expanded one does, as far as that was checked.
struct VerifiedContraction {
  /// The expanded model itself where there was nothing to contract.
  let model: Model
  let report: ContractionReport
  let check: RewriteCheck

  /// - Parameter file: what errors call the expanded model.
  /// - Throws: `ContractionError`; `Diagnostic` where rounding can't explain the difference.
  init(
    _ expanded: Model, file: String, _ options: ContractionOptions = ContractionOptions(),
    scope: VerificationScope = .auto
  ) throws {
    var options = options
    options.checksUnits = scope != .none
    let (model, report) = try concerning(file) { try Contractor(options).contract(expanded) }
    check = try RewriteCheck(
      expanded, model, units: report.units.map { ($0.node, $0.check) }, scope,
      subject: "the contracted network")
    self.model = model
    self.report = report
  }
}
