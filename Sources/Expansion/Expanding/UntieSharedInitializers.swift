package import NetworkIR
import OrderedCollections
package import Rewriting

/// Gives every use of an initializer behind `Identity` an initializer of its own.
///
///     W → Identity → W'   becomes   W' = a copy of W
///
/// PyTorch's exporter stores equal initializers once and hands them on through `Identity`; they are
/// separate parameters, which training must move apart. Chains of `Identity` take a fixpoint pass.
package struct UntieSharedInitializers: RewriteRule {
  package init() {}

  package struct Match: Sendable {
    let identity: Node
    let output: Value.ID
    let initializer: Initializer
  }

  package enum Reason: Hashable, Sendable {
    /// The initializer is an input too, so that a caller may put another tensor in its place.
    case overridable(Name)
    /// The copy is a graph output, which an initializer could be, but few tools expect.
    case isGraphOutput(Name)
  }

  package func match(_ node: Node, in graph: Graph) throws(MatchFailure<Reason>) -> Match {
    guard case .identity = node.operator, let input = node.input(0), let output = node.output(0),
      let initializer = graph.initializers[input]
    else { throw .unrelated }
    if graph.isInput(input) { throw .refused(.overridable(graph[input].name)) }
    if graph.isOutput(output) { throw .refused(.isGraphOutput(graph[output].name)) }
    return Match(identity: node, output: output, initializer: initializer)
  }

  package func patch(for match: Match, in graph: Graph) throws(MatchFailure<Reason>) -> GraphPatch {
    var patch = GraphPatch()
    patch.remove(match.identity.id)
    let copy = patch.addInitializer(graph[match.output].name, match.initializer.tensor)
    patch.shunt(match.output, to: copy)
    return patch
  }
}
