package import NetworkIR

/// Why two networks can't be compared by running them.
package enum ComparisonError: Error, Sendable {
  package enum Side: Sendable, Hashable { case first, second }

  /// The inputs that a run must be given differ in name or order.
  case differentInputs([Name], [Name])
  case differentOutputs([Name], [Name])
  /// What the two declare of an input contradicts.
  case differentInputShapes(Name, [Dimension], [Dimension])
  /// An output that comes out in two shapes for the same inputs.
  case differentOutputShapes(Name, [Int], [Int])
  case input(InputError)
  case execution(Side, ExecutionError)

  /// True where a network is valid, as far as is known, and only this executor can't run it.
  package var isUnsupported: Bool {
    guard case .execution(_, let error) = self else { return false }
    return switch error {
    case .unsupported, .unknownShape, .notConstant, .unsupportedElementType: true
    case .notDifferentiable, .inputShape, .outputShape, .noTrainableParameters, .kernel,
      .inference, .rewrite, .outOfMemory:
      false
    }
  }
}
