/// One kind of computation: how it is differentiated and how it is planned.
///
/// Conforming types hold what the operator's attributes say; shapes come from the tensors.
package protocol Action: Sendable {
  /// For listings and errors: `convolution`, `convolution.gradient.weights`.
  var name: String { get }

  /// True for inputs that a gradient can flow to.
  func isDifferentiable(input: Int) -> Bool

  /// Appends to `computation` what computes the gradients of the inputs.
  ///
  /// - Parameters:
  ///   - node: the forward node, number `index` of the computation.
  ///   - gradients: the loss's gradient by each output; nil where the loss doesn't depend on it.
  ///   - wanted: which inputs need a gradient; others may be left nil.
  /// - Returns: the gradient by each input.
  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?]

  /// Chooses layouts and emits the node's steps.
  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError)
}

extension Action {
  package func isDifferentiable(input: Int) -> Bool { true }

  package func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    throw .notDifferentiable(action: name, node: node.origin)
  }
}
