import Execution
import Expansion
import NetworkIR

/// The networks that a benchmark compares: the compact one, and expanded ones.
struct BenchNetworks {
  struct Expanded {
    /// Nil where the model that was given is itself expanded.
    let rate: Double?
    let model: Model
    let units: [ExpandedUnit]
  }

  let compact: Model
  let expanded: [Expanded]

  /// Expands `model` by each of `rates`, with random factors; where it records units that are
  /// there, it is expanded already, and is contracted for comparison.
  ///
  /// - Throws: `Diagnostic` where an expanded model is to be expanded again; `ExpansionError`;
  ///   `ContractionError`.
  init(_ model: Model, file: String, rates: [Double], _ options: ExpansionOptions) throws {
    let units = try Self.units(of: model)
    guard units.isEmpty else {
      guard rates.isEmpty else {
        throw Diagnostic(
          .usage, "the model is expanded already",
          next: "leave out -r, or give the compact model")
      }
      compact = try VerifiedContraction(model, file: file, scope: .none).model
      expanded = [Expanded(rate: nil, model: model, units: units)]
      return
    }
    compact = model
    expanded = try (rates.isEmpty ? [options.rate] : rates).compactMap { rate in
      var options = options
      options.rate = rate
      let expander = Expander(options)
      try Self.checkMemory(try expander.plan(model))
      let (expanded, report) = try expander.expand(model)
      guard report.unitCount > 0 else { return nil }
      return Expanded(rate: rate, model: expanded, units: try Self.units(of: expanded))
    }
  }

  /// Throws `ExecutionError.outOfMemory` where the factors by themselves are too large.
  private static func checkMemory(_ report: ExpansionReport) throws {
    var bytes = 0
    for case .expanded(let unit) in report.rows.map(\.result) {
      bytes += unit.parametersAfter * MemoryLayout<Float>.size
    }
    if let available = AvailableMemory.byteCount, bytes > available {
      throw ExecutionError.outOfMemory(bytes: bytes)
    }
  }

  private static func units(of model: Model) throws -> [ExpandedUnit] {
    try Provenance(of: model).expandedUnits(in: model.graph)
  }
}
