package import NetworkIR

/// Whether the units that `expand` made of a model compute what the nodes did that they replaced.
package enum ExpansionCheck {
  package struct Row: Sendable, Hashable {
    package let node: Name
    /// Nil where the unit is too large to try.
    package let check: UnitCheck?
  }

  /// Tries each unit that `expanded` records and `original` does not, see `UnitCheck`; units of
  /// fresh factors, which compute something else, are left out.
  ///
  /// The factors were made from the node's numbers and rounded, so theirs is the side that rounding
  /// moved. A unit that can't be found as recorded has failed.
  package static func rows(
    _ original: Model, _ expanded: Model
  ) throws(ContractionError) -> [Row] {
    let known = try Provenance(of: original).units.count
    let preserve = ExpansionOptions.Initialisation.preserve.rawValue
    let made = try Provenance(of: expanded).units.dropFirst(known)
    let types = try? ShapeInference(original.graph)
    return made.filter { $0.flags.initialisation == preserve }.map { record in
      Row(
        node: record.name,
        check: check(record, original.graph, expanded.graph) { types?.type(of: $0)?.dimensions })
    }
  }

  private static func check(
    _ record: UnitRecord, _ original: Graph, _ expanded: Graph,
    dimensions: @escaping (Value.ID) -> [Dimension]?
  ) -> UnitCheck? {
    do {
      let unit = try LocatedUnit(record, in: expanded)
      guard let output = record.output, let value = original.value(named: output),
        let producer = original.producer(of: value)
      else { return .failed }
      let reader = WeightedNodeReader(
        original, isExclusive: false, addends: record.addend == nil ? .refused : .required,
        assumingConstantInputs: true, dimensions: dimensions)
      let node = try reader.read(endingAt: producer)
      return UnitCheck(
        exact: [try node.kernel()], rounded: try unit.factors.map { try $0.kernel() },
        try node.rounding())
    } catch {
      return .failed
    }
  }
}
