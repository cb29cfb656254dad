import NetworkIR

/// Contracts a model by the units that it records.
struct ProvenanceContraction {
  let provenance: Provenance
  let checksUnits: Bool

  /// Puts back what each unit replaced, in the reverse of the order in which the units were made,
  /// so that an expanded factor is restored before its unit.
  ///
  /// - Returns: the units in the order of the provenance.
  func run(on graph: inout Graph) throws(ContractionError) -> [ContractionReport.Unit] {
    var edited = graph
    let types = checksUnits ? try? ShapeInference(graph) : nil
    var units: [ContractionReport.Unit] = []
    for (index, record) in provenance.units.enumerated().reversed() {
      do {
        units.append(try restore(record, in: &edited) { types?.type(of: $0)?.dimensions })
      } catch {
        switch error {
        case .unit(let failure): throw .unit(node: record.name, index: index, failure)
        case .patch(let error): throw .patch(error)
        }
      }
    }
    graph = edited
    return units.reversed()
  }

  private enum Failure: Error {
    case unit(UnitFailure)
    case patch(PatchError)
  }

  private func restore(
    _ record: UnitRecord, in graph: inout Graph,
    dimensions: @escaping (Value.ID) -> [Dimension]?
  ) throws(Failure) -> ContractionReport.Unit {
    var restoration: UnitRestoration
    let patch: GraphPatch
    do {
      restoration = try UnitRestoration(record, in: graph)
      patch = try restoration.makePatch()
    } catch {
      throw .unit(error)
    }
    let applied: AppliedPatch
    do { applied = try graph.apply(patch) } catch { throw .patch(error) }
    var notes = restoration.notes
    for (name, source) in restoration.constants {
      guard let value = applied.values[source] else { continue }
      let given = graph[value].name
      if given != name { notes.append(.renamed(name, to: given)) }
    }
    return ContractionReport.Unit(
      node: record.name, strategy: record.strategy, channels: record.channels,
      parametersBefore: restoration.parametersBefore,
      parametersAfter: restoration.parametersAfter, notes: notes,
      check: checksUnits
        ? UnitCheck(
          restoration.factors, contractedTo: restoration.output,
          hasAddend: record.addend != nil, in: graph, dimensions: dimensions) : nil)
  }
}
