package import NetworkIR
import OrderedCollections

/// Rewrites an expanded model, trained or not, back into the compact one.
package struct Contractor: Sendable {
  private let options: ContractionOptions

  package init(_ options: ContractionOptions = ContractionOptions()) {
    self.options = options
  }

  /// The compact model, by the provenance where there is one and it fits; else by structure.
  ///
  /// By provenance each unit's node comes back under its old name, with its attributes and the
  /// names of its constants. A model that was renamed or rewritten since it was expanded no longer
  /// fits its provenance: it is contracted by structure, see `Segmentation`, and the report says
  /// why. Factors are composed in Double and rounded once, and the provenance goes. A model with
  /// nothing to contract comes back as it is.
  package func contract(_ model: Model) throws(ContractionError) -> (Model, ContractionReport) {
    do {
      let provenance = try Provenance(of: model)
      guard !provenance.units.isEmpty else { return try contractByStructure(model, insteadOf: nil) }
      return try contract(model, by: provenance)
    } catch {
      guard error.leavesStructure else { throw error }
      return try contractByStructure(model, insteadOf: error)
    }
  }

  /// `compact` with the weights of the model that was expanded from it: its names, attributes,
  /// order and metadata.
  ///
  /// Throws `.unlike` where the model is not what `compact` expands to, see `GraphPairing`.
  package func contract(
    _ model: Model, like compact: Model
  ) throws(ContractionError) -> (Model, ContractionReport) {
    let (contracted, units) = try LikenessContraction(
      compact: compact, absorbsBatchNormalization: options.absorbsBatchNormalization,
      assumesConstantInputs: options.assumesConstantInputs, checksUnits: options.checksUnits
    ).contract(model.graph)
    return (contracted, ContractionReport(method: .likeness, units: units, skipped: []))
  }

  private func contract(
    _ model: Model, by provenance: Provenance
  ) throws(ContractionError) -> (Model, ContractionReport) {
    var contracted = model
    var units = try ProvenanceContraction(
      provenance: provenance, checksUnits: options.checksUnits
    ).run(on: &contracted.graph)
    var skipped: [ContractionReport.Skipped] = []
    if options.absorbsBatchNormalization {
      // The provenance has settled what a unit is; its bottlenecks stay.
      let absorbed = try structure(contractsFactors: false).run(on: &contracted.graph)
      units += absorbed.units
      skipped = absorbed.skipped.filter { $0.type.name == "BatchNormalization" }
    }
    contracted.metadata[Provenance.key] = nil
    return (
      contracted, ContractionReport(method: .provenance, units: units, skipped: skipped)
    )
  }

  private func contractByStructure(
    _ model: Model, insteadOf reason: ContractionError?
  ) throws(ContractionError) -> (Model, ContractionReport) {
    var contracted = model
    let (units, skipped) = try structure(contractsFactors: true).run(on: &contracted.graph)
    let report = ContractionReport(
      method: .structure(insteadOfProvenance: reason), units: units, skipped: skipped)
    guard !units.isEmpty else { return (model, report) }
    contracted.metadata[Provenance.key] = nil
    return (contracted, report)
  }

  private func structure(contractsFactors: Bool) -> StructureContraction {
    StructureContraction(
      absorbsBatchNormalization: options.absorbsBatchNormalization,
      contractsFactors: contractsFactors, assumesConstantInputs: options.assumesConstantInputs,
      checksUnits: options.checksUnits)
  }
}

extension ContractionError {
  /// Whether it is the provenance that does not fit, so that the structure may still tell.
  fileprivate var leavesStructure: Bool {
    switch self {
    case .unit(_, _, .isNonlinear): false
    case .provenanceUnreadable, .provenanceVersionUnknown, .unit: true
    case .unlike, .patch: false
    }
  }
}
