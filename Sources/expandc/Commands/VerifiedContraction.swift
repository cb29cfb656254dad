import Expansion
import NetworkIR

/// A contracted model that computes what the expanded one does, as far as both run here.
struct VerifiedContraction {
  let model: Model
  let report: ContractionReport
  let check: SameFunctionCheck

  /// - Parameter file: what errors call the expanded model.
  /// - Throws: `ContractionError`; `Diagnostic` where no expansion is recorded, or where rounding
  ///   can't explain the difference.
  init(_ expanded: Model, file: String) throws {
    (model, report) = try concerning(file) { try Contractor().contract(expanded) }
    guard !report.units.isEmpty else {
      throw Diagnostic(
        .unsupported, "\(file) records no expansion to contract",
        next: "give a model that expandc expand wrote")
    }
    check = try SameFunctionCheck(expanded, model)
    try check.requirePassed("the contracted network")
  }
}
