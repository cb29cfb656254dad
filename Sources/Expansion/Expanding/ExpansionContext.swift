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
  /// Whether factors are searched for where a unit is too narrow for those by rule.
  var searches = false
  /// What searches have found.
  var found: [Node.ID: SearchedUnit] = [:]

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
      let searched =
        options.initialisation == .preserve
        ? try searchedFactors(
          of: plan, for: node, isKeptStem: seesImage && options.stem == .keep) : nil
      return PlannedUnit(
        node: node, plan: plan, options: self.options, position: positions[node.node.id] ?? 0,
        narrowCK: narrow, searched: searched)
    } catch {
      throw .notExpandable(error)
    }
  }

  /// Factors that compose to the node's kernel, where no rule makes them; nil where one does.
  private func searchedFactors(
    of plan: ExpansionPlan, for node: WeightedNode, isKeptStem: Bool
  ) throws(ExpansionRefusal) -> [ConvolutionKernel]? {
    var narrow: NarrowUnit
    do throws(NarrowUnit) {
      _ = try PreservingFactors.freeFactor(of: plan)
      return nil
    } catch {
      narrow = error
    }
    if let found = found[node.node.id], found.plan == plan { return found.factors }
    narrow.isKeptStem = isKeptStem && narrow.factor == 0
    guard searches, let kernel = try? node.kernel(), kernel.weights.allSatisfy(\.isFinite) else {
      throw .preserveNeedsWidth(narrow)
    }
    switch LeastSquaresFactors.search(of: plan, for: kernel) {
    case .found(let factors): return factors
    case .none(let search): narrow.search = search
    }
    throw .preserveNeedsWidth(narrow)
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
          of: unit.plan, for: original, searched: unit.searched, seed: options.seed,
          unit: unit.position)
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
  /// The factors, before their channels are mixed, where they are those of a search.
  let searched: [ConvolutionKernel]?

  /// The factor that holds the original's weights; nil where factors are random.
  var freeFactor: Int? {
    guard options.initialisation == .preserve else { return nil }
    return searched.map { $0.count - 1 } ?? (try? PreservingFactors.freeFactor(of: plan))
  }
}

/// What a search has found for a node.
struct SearchedUnit {
  let plan: ExpansionPlan
  let factors: [ConvolutionKernel]
}
