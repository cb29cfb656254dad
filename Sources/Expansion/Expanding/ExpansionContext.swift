import NetworkIR
import OrderedCollections
import Rewriting

/// What the expansion rules know of the whole graph, gathered before the first rewrite.
struct ExpansionContext {
  var options: ExpansionOptions
  let roles: GraphRoles
  /// Each node's place in the graph, which also numbers the random sequences of the units.
  let positions: [Node.ID: Int]
  /// Whether nodes may carry metadata: IR version 10 or later.
  let writesNodeMetadata: Bool
  let dimensions: (Value.ID) -> [Dimension]?
  /// Whether a unit too narrow to keep the function is told with what its best factors would miss.
  var measuresResidual = false

  var filter: NameFilter { NameFilter(include: options.include, exclude: options.exclude) }

  /// The same with the options that the node has by itself.
  func narrowed(to node: Node.ID) -> ExpansionContext {
    var narrowed = self
    narrowed.options = options.narrowed(to: node)
    return narrowed
  }

  /// Throws where the names keep the node from being expanded.
  func checkNames(of node: Node, in graph: Graph) throws(MatchFailure<SkipReason>) {
    let names = NameFilter.names(of: node, in: graph)
    if let reason = filter.reasonToSkip(names) { throw .refused(reason) }
  }

  /// The unit that `node` becomes by `strategy`.
  func plan(
    _ strategy: ExpansionStrategy, for node: WeightedNode, insteadOf narrow: NarrowUnit? = nil
  ) throws(SkipReason) -> PlannedUnit {
    _ = try node.rounding()
    for part in node.nodes { try RecordedNode.check(part) }
    var options = options
    if !node.canTakeBias { options.intermediateBias = .none }
    do throws(ExpansionRefusal) {
      let seesImage = roles.seeingImage.contains(node.node.id)
      let plan = try ExpansionPlan(
        strategy, for: node.geometry, options: options, seesImage: seesImage)
      if options.initialisation == .preserve {
        do throws(ExpansionRefusal) {
          try PreservingFactors.check(plan, isKeptStem: seesImage && options.stem == .keep)
        } catch {
          throw measured(error, plan, node)
        }
      }
      return PlannedUnit(
        node: node, plan: plan, options: self.options, position: positions[node.node.id] ?? 0,
        narrowCK: narrow)
    } catch {
      throw .notExpandable(error)
    }
  }

  private func measured(
    _ refusal: ExpansionRefusal, _ plan: ExpansionPlan, _ node: WeightedNode
  ) -> ExpansionRefusal {
    guard measuresResidual, case .preserveNeedsWidth(var narrow) = refusal,
      let kernel = try? node.kernel()
    else { return refusal }
    narrow.residual = LeastSquaresFactors.residual(of: plan, for: kernel)
    return .preserveNeedsWidth(narrow)
  }

  /// A planned unit's factors, initialised as the options say.
  func factors(of unit: PlannedUnit) throws(SkipReason) -> [any FactorSource] {
    switch options.initialisation {
    case .random:
      return RandomFactors.sources(of: unit.plan, seed: options.seed, unit: unit.position)
    case .preserve:
      let original = try unit.node.kernel()
      do {
        return try PreservingFactors.sources(
          of: unit.plan, for: original, seed: options.seed, unit: unit.position)
      } catch {
        throw .notExpandable(error)
      }
    }
  }
}

/// A node and the factors that it is about to become.
struct PlannedUnit {
  let node: WeightedNode
  let plan: ExpansionPlan
  /// The node's own.
  let options: ExpansionOptions
  let position: Int
  /// Why this is not CK, which `auto` would have chosen, had it factors that keep the function.
  let narrowCK: NarrowUnit?
}
