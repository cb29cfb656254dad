package import NetworkIR

/// Rewrites an expanded model, trained or not, back into the compact one, by its provenance.
package struct Contractor: Sendable {
  package init() {}

  /// The compact model: each unit's node under its old name, with its attributes and the names of
  /// its constants, in the units' place, and the provenance gone.
  ///
  /// Factors are composed in Double and rounded once. Units are taken in the reverse of the order
  /// in which they were made, so that an expanded factor is restored before its unit. A model
  /// without provenance comes back as it is.
  package func contract(_ model: Model) throws(ContractionError) -> (Model, ContractionReport) {
    var provenance = try Provenance(of: model)
    guard !provenance.units.isEmpty else { return (model, ContractionReport(units: [])) }
    var contracted = model
    var units: [ContractionReport.Unit] = []
    for (index, record) in provenance.units.enumerated().reversed() {
      var restoration: UnitRestoration
      let patch: GraphPatch
      do {
        restoration = try UnitRestoration(record, in: contracted.graph)
        patch = try restoration.makePatch()
      } catch {
        throw .unit(node: record.name, index: index, error)
      }
      let applied: AppliedPatch
      do { applied = try contracted.graph.apply(patch) } catch { throw .patch(error) }
      var notes = restoration.notes
      for (name, source) in restoration.constants {
        guard let value = applied.values[source] else { continue }
        let given = contracted.graph[value].name
        if given != name { notes.append(.renamed(name, to: given)) }
      }
      let isBiased = record.geometry.hasBias || notes.contains(where: \.addsBias)
      units.append(
        ContractionReport.Unit(
          node: record.name, strategy: record.strategy, channels: record.channels,
          parametersBefore: restoration.parametersBefore,
          parametersAfter: record.geometry.weightCount + (isBiased ? record.geometry.outputs : 0),
          notes: notes))
    }
    provenance.units = []
    do { try provenance.write(to: &contracted) } catch { throw .provenanceNotRecordable }
    return (contracted, ContractionReport(units: units.reversed()))
  }
}

extension ContractionReport.Note {
  fileprivate var addsBias: Bool {
    if case .biasAdded = self { true } else { false }
  }
}
