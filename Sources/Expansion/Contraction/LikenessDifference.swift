package import NetworkIR

/// The first place where a graph is not what a compact model expands to.
///
/// Nodes are the compact model's, by name and place.
package enum LikenessDifference: Error, Sendable, Hashable {
  case inputs(compact: [Name], found: [Name])
  case outputs(compact: [Name], found: [Name])
  /// Extents of an input that both models fix, each in its own way.
  case inputShape(Name, compact: [Dimension], found: [Dimension])
  /// Nothing in the graph does what this node does; `found` are the nodes in its place.
  case node(Name, index: Int, OperatorType, found: [Found])
  /// The chain in the place of this node makes another kernel.
  case kernel(Name, index: Int, KernelGeometry, found: [KernelGeometry])
  case notComposable(Name, index: Int, CompositionFailure)
  case unreadable(Name, index: Int, SkipReason)
  /// The factors have a bias, and this node has none.
  case biasHasNoPlace(Name, index: Int)
  /// This node adds a value that is no bias, and the factors add another or none, or the reverse.
  case addend(Name, index: Int)
  /// A constant of the compact model that serves several nodes, which differ in the graph.
  case sharedConstant(Name)
  case output(Name)

  package struct Found: Sendable, Hashable {
    package let node: Name
    package let type: OperatorType
  }
}
