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
    switch self {
    case .input(.unsupportedElementType), .input(.notGiven): true
    case .execution(_, .unsupported), .execution(_, .unknownShape), .execution(_, .notConstant),
      .execution(_, .unsupportedElementType):
      true
    case .differentInputs, .differentOutputs, .differentInputShapes, .differentOutputShapes,
      .input, .execution:
      false
    }
  }
}
