/// A tensor that flows in a graph: an input, an initializer or an output of a node.
package struct Value: Sendable {
  /// Stable for the life of a graph; other graphs have other ids.
  package struct ID: Hashable, Sendable {
    package let index: Int
  }

  package let id: ID
  package let name: Name
  /// What the file declares of it; `ShapeInference` knows more.
  package var declaredType: ValueType?
}
