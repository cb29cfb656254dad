import NetworkIR
import Rewriting
import TensorCore

/// What becomes of a kind of node: says which unit, or why it stays.
protocol ExpansionRule {
  var context: ExpansionContext { get }

  /// Throws `unrelated` for nodes of another kind.
  func match(_ node: Node, in graph: Graph) throws(MatchFailure<SkipReason>) -> PlannedUnit
}

/// The rewrite of any node that some rule knows how to expand.
struct ExpansionRules: RewriteRule {
  private let context: ExpansionContext
  /// Patches that were made before, by their node.
  private var made: [Node.ID: MadePatch] = [:]

  init(_ context: ExpansionContext) {
    self.context = context
  }

  /// The same, having made the patches of small units of `graph`, one unit on each core; those of
  /// large units are made on all cores, when it is their turn.
  func preparing(_ graph: Graph) -> ExpansionRules {
    let nodes = Array(graph.nodes)
    let patches = Parallel.map(nodes.count) { small(nodes[$0], in: graph) }
    var prepared = self
    prepared.made = Dictionary(
      uniqueKeysWithValues: zip(nodes, patches).compactMap { node, patch in
        patch.map { (node.id, $0) }
      })
    return prepared
  }

  private func small(_ node: Node, in graph: Graph) -> MadePatch? {
    guard let unit = try? match(node, in: graph), unit.plan.parameterCount <= 1 << 20,
      let patch = try? patch(for: unit, in: graph)
    else { return nil }
    return MadePatch(unit: unit, patch: patch)
  }

  private static func rules(_ context: ExpansionContext) -> [any ExpansionRule] {
    [
      ExpandConvolution(context: context), ExpandMatrix(context: context),
      LeaveQuantized(context: context),
    ]
  }

  func match(_ node: Node, in graph: Graph) throws(MatchFailure<SkipReason>) -> PlannedUnit {
    for rule in Self.rules(context.narrowed(to: node.id)) {
      do { return try rule.match(node, in: graph) } catch {
        switch error {
        case .unrelated: continue
        case .refused(.turnedOff) where context.options.units != nil:
          throw .refused(leftAlone(node))
        case .refused: throw error
        }
      }
    }
    throw .unrelated
  }

  /// Why a node is turned off where each node has options of its own.
  private func leftAlone(_ node: Node) -> SkipReason {
    context.options.request(for: node.id).map { .strategyUnsuitable($0) } ?? .leftByPlan
  }

  func patch(
    for unit: PlannedUnit, in graph: Graph
  ) throws(MatchFailure<SkipReason>) -> GraphPatch {
    // A patch names what is there before it, which no other unit's patch changes.
    if let made = made[unit.node.node.id], made.unit.isReplacement(like: unit) {
      return made.patch
    }
    do {
      let factors = try context.factors(of: unit)
      var writer = FactorWriter(unit, graph, writesMetadata: context.writesNodeMetadata)
      return try writer.patch(factors)
    } catch {
      throw .refused(error)
    }
  }
}

private struct MadePatch {
  let unit: PlannedUnit
  let patch: GraphPatch
}

extension PlannedUnit {
  /// Whether both replace the same nodes, with the same constants, by the same factors.
  fileprivate func isReplacement(like other: PlannedUnit) -> Bool {
    plan == other.plan && searched == nil && other.searched == nil
      && node.nodesWithServants.map(\.id) == other.node.nodesWithServants.map(\.id)
      && node.input == other.node.input && node.output == other.node.output
      && node.weight.value == other.node.weight.value
      && node.bias?.value == other.node.bias?.value && node.addend == other.node.addend
      && node.constantInputs == other.node.constantInputs
  }
}
