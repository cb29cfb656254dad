package import NetworkIR
import Rewriting

/// Rewrites a compact model into an expanded one.
package struct Expander: Sendable {
  private let options: ExpansionOptions

  package init(_ options: ExpansionOptions) {
    self.options = options
  }

  /// What `expand` would do with each node that holds weights; no factor is made but those that it
  /// would have to search for, up to the first node that it would be refused for.
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
    var isRefused = false
    for (index, node) in model.graph.nodes.enumerated() {
      let result: ExpansionReport.Result
      do throws(MatchFailure<SkipReason>) {
        let unit: PlannedUnit
        do throws(MatchFailure<SkipReason>) { unit = try rules.match(node, in: model.graph) } catch
        {
          guard error.isForWidth, !isRefused else { throw error }
          unit = try search(node, in: model.graph, context)
        }
        result = .expanded(ExpansionReport.Unit(unit))
      } catch {
        let reason: SkipReason
        if case .refused(let cause) = error {
          reason = cause
        } else {
          guard options.request(for: node.id) != nil else { continue }
          reason = .holdsNoWeights
        }
        isRefused = isRefused || error.isForWidth
        if isBinding { try check(reason, for: node, index) }
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
    var context = context(for: model)
    var expanded = model
    var outcomes = try rewrite(&expanded.graph, context)
    try checkRequests(of: original, outcomes)
    context.found = try searches(outcomes, of: original, context)
    if !context.found.isEmpty {
      expanded = model
      outcomes = try rewrite(&expanded.graph, context)
    }
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

  private func rewrite(
    _ graph: inout Graph, _ context: ExpansionContext
  ) throws(ExpansionError) -> [Pass<ExpansionRules>.Outcome] {
    do { return try Pass(ExpansionRules(context).preparing(graph)).run(on: &graph) } catch {
      throw .rewriting(error)
    }
  }

  /// Factors for the nodes that are too narrow for those by rule.
  ///
  /// - Throws: the first node that must not be skipped, and why.
  private func searches(
    _ outcomes: [Pass<ExpansionRules>.Outcome], of graph: Graph, _ context: ExpansionContext
  ) throws(ExpansionError) -> [Node.ID: SearchedUnit] {
    var found: [Node.ID: SearchedUnit] = [:]
    for outcome in outcomes {
      guard case .skipped(var reason) = outcome.result else { continue }
      let node = outcome.node
      if MatchFailure.refused(reason).isForWidth {
        do {
          let unit = try search(node, in: graph, context)
          found[node.id] = unit.searched.map { SearchedUnit(plan: unit.plan, factors: $0) }
          continue
        } catch {
          if case .refused(let cause) = error { reason = cause }
        }
      }
      try check(reason, for: node, context.positions[node.id] ?? 0)
    }
    return found
  }

  /// The unit that a node becomes by factors that are searched for.
  private func search(
    _ node: Node, in graph: Graph, _ context: ExpansionContext
  ) throws(MatchFailure<SkipReason>) -> PlannedUnit {
    var searching = context
    searching.searches = true
    return try ExpansionRules(searching).match(node, in: graph)
  }

  /// The condition of a unit's factors as they were written.
  private func condition(
    _ planned: PlannedUnit, _ record: UnitRecord, in graph: Graph
  ) -> Double? {
    guard let free = planned.freeFactor, let unit = try? LocatedUnit(record, in: graph)
    else { return nil }
    return PreservingFactors.condition(ofFactors: unit.factors.count, free: free) { index in
      try? unit.factors[index].kernel()
    }
  }

  /// Throws where a node must not be skipped: other flags are the remedy, or it was asked for.
  private func check(
    _ reason: SkipReason, for node: Node, _ index: Int
  ) throws(ExpansionError) {
    if case .notExpandable(let refusal) = reason, refusal.concernsFlags {
      throw .impossible(node: node.name, index: index, refusal)
    }
    guard options.request(for: node.id) == nil else {
      throw .unmet(node: node.name, index: index, reason)
    }
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

extension MatchFailure<SkipReason> {
  /// Whether the unit is too narrow for factors by rule.
  fileprivate var isForWidth: Bool {
    if case .refused(.notExpandable(.preserveNeedsWidth)) = self { true } else { false }
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
