package import NetworkIR
import Rewriting

/// Rewrites a compact model into an expanded one.
package struct Expander: Sendable {
  private let options: ExpansionOptions

  package init(_ options: ExpansionOptions) {
    self.options = options
  }

  /// What `expand` would do with each node that holds weights; no factor is made.
  ///
  /// - Parameter isBinding: throw where `expand` would throw because of one node; otherwise that
  ///   node is skipped here, with the reason.
  package func plan(
    _ model: Model, isBinding: Bool = false
  ) throws(ExpansionError) -> ExpansionReport {
    try checkOptions(model.graph)
    let context = context(for: model)
    let rules = ExpansionRules(context)
    var rows: [ExpansionReport.Row] = []
    for (index, node) in model.graph.nodes.enumerated() {
      let result: ExpansionReport.Result
      do {
        result = .expanded(ExpansionReport.Unit(try rules.match(node, in: model.graph)))
      } catch {
        let reason: SkipReason
        if case .refused(let cause) = error {
          reason = cause
        } else {
          guard options.request(for: node.id) != nil else { continue }
          reason = .holdsNoWeights
        }
        if isBinding { try check(reason, for: node, index, in: model.graph, context) }
        result = .skipped(reason)
      }
      rows.append(
        ExpansionReport.Row(index: index, node: node.name, type: node.type, result: result))
    }
    return ExpansionReport(rows: rows)
  }

  /// The expanded model, with its provenance, and what became of each node with weights.
  ///
  /// A node that cannot be expanded is skipped with its reason; what the flags ask for and no
  /// choice of nodes could change is thrown. With nothing to expand the model comes back as it is.
  package func expand(_ model: Model) throws(ExpansionError) -> (Model, ExpansionReport) {
    try checkOptions(model.graph)
    let original = model.graph
    var provenance: Provenance
    do { provenance = try Provenance(of: model) } catch { throw .provenance(error) }
    let context = context(for: model)
    var expanded = model
    let outcomes: [Pass<ExpansionRules>.Outcome]
    do { outcomes = try Pass(ExpansionRules(context)).run(on: &expanded.graph) } catch {
      throw .rewriting(error)
    }
    try checkRequests(of: original, outcomes)
    var inputs = original.inputs.map(\.value)
    var rows: [ExpansionReport.Row] = []
    for outcome in outcomes {
      let node = outcome.node
      let index = context.positions[node.id] ?? 0
      let result: ExpansionReport.Result
      switch outcome.result {
      case .applied(let unit, _):
        let record = UnitRecord(unit, in: original, inputs: inputs)
        inputs.removeAll(where: unit.node.constantInputs.contains)
        provenance.units.append(record)
        result = .expanded(
          ExpansionReport.Unit(unit, condition: condition(unit, record, in: expanded.graph)))
      case .skipped(let reason):
        try check(reason, for: node, index, in: original, context)
        result = .skipped(reason)
      }
      rows.append(
        ExpansionReport.Row(index: index, node: node.name, type: node.type, result: result))
    }
    let report = ExpansionReport(rows: rows)
    guard report.unitCount > 0 else { return (model, report) }
    do { try provenance.write(to: &expanded) } catch { throw .provenanceNotRecordable }
    return (expanded, report)
  }

  /// The condition of a unit's factors as they were written.
  private func condition(
    _ planned: PlannedUnit, _ record: UnitRecord, in graph: Graph
  ) -> Double? {
    guard planned.options.initialisation == .preserve,
      let unit = try? LocatedUnit(record, in: graph)
    else { return nil }
    return PreservingFactors.condition(ofFactors: unit.factors.count) { index in
      try? unit.factors[index].kernel()
    }
  }

  /// Throws where a node must not be skipped: other flags are the remedy, or it was asked for.
  private func check(
    _ reason: SkipReason, for node: Node, _ index: Int, in graph: Graph,
    _ context: ExpansionContext
  ) throws(ExpansionError) {
    if case .notExpandable(let refusal) = reason, refusal.concernsFlags {
      throw .impossible(
        node: node.name, index: index, measured(refusal, of: node, in: graph, context))
    }
    guard options.request(for: node.id) == nil else {
      throw .unmet(node: node.name, index: index, reason)
    }
  }

  /// The refusal with what the best factors would miss, which is looked for only when it is told.
  private func measured(
    _ refusal: ExpansionRefusal, of node: Node, in graph: Graph, _ context: ExpansionContext
  ) -> ExpansionRefusal {
    guard case .preserveNeedsWidth = refusal else { return refusal }
    var measuring = context
    measuring.measuresResidual = true
    do { _ = try ExpansionRules(measuring).match(node, in: graph) } catch {
      if case .refused(.notExpandable(let measured)) = error { return measured }
    }
    return refusal
  }

  /// Throws where something is asked of a node that no rule is about.
  private func checkRequests(
    of graph: Graph, _ outcomes: [Pass<ExpansionRules>.Outcome]
  ) throws(ExpansionError) {
    guard options.units != nil else { return }
    let known = Set(outcomes.map(\.node.id))
    for (index, node) in graph.nodes.enumerated()
    where options.request(for: node.id) != nil && !known.contains(node.id) {
      throw .unmet(node: node.name, index: index, .holdsNoWeights)
    }
  }

  private func checkOptions(_ graph: Graph) throws(ExpansionError) {
    guard [0, 2, 3].contains(options.fullyConnectedFactors) else {
      throw .factorCountOutOfRange(options.fullyConnectedFactors)
    }
    guard options.rate.isFinite, options.rate > 0 else {
      throw .rateOutOfRange(options.rate)
    }
    guard !options.isNonlinear || options.initialisation == .random else {
      throw .nonlinearKeepsNoFunction
    }
    try PatternCheck(graph).check(options)
  }

  private func context(for model: Model) -> ExpansionContext {
    let graph = model.graph
    // Extents matter to SAME padding alone; a graph whose types clash can be expanded otherwise.
    let types = try? ShapeInference(graph)
    return ExpansionContext(
      options: options, roles: GraphRoles(graph),
      positions: Dictionary(
        uniqueKeysWithValues: graph.nodes.enumerated().map { ($1.id, $0) }),
      writesNodeMetadata: model.irVersion >= 10,
      dimensions: { (types?.type(of: $0) ?? graph[$0].declaredType)?.dimensions })
  }
}

extension ExpansionReport.Unit {
  fileprivate init(_ unit: PlannedUnit, condition: Double? = nil) {
    self.init(
      strategy: unit.plan.strategy, channels: unit.plan.channels,
      parametersBefore: unit.node.geometry.parameterCount,
      parametersAfter: unit.plan.parameterCount, narrowCK: unit.narrowCK,
      options: unit.options, condition: condition)
  }
}

extension ExpansionRefusal {
  /// True where other flags are the remedy, not another choice of nodes.
  fileprivate var concernsFlags: Bool {
    switch self {
    case .rateOutOfRange, .factorTooLarge, .preserveNeedsWidth, .preserveTooLarge: true
    case .kernelIsPointwise, .kernelHasNoThreeByThreeChain, .groupedKernelTakesCL,
      .transposedKernelTakesCL, .samePaddingTakesCL, .weightsNotFloating, .weightsNotFinite:
      false
    }
  }
}
