package import TensorCore

/// Why an operator doesn't accept what it is given. Inputs are counted from 0.
package enum OperatorFailure: Error, Hashable, Sendable {
  case missingInput(Int)
  case notATensor(input: Int)
  case rank(input: Int, found: Int, expected: ClosedRange<Int>)
  /// An extent that another input or an attribute determines.
  case extent(input: Int, axis: Int, found: Int, expected: Int)
  /// Shapes that don't go together.
  case shapes([[Dimension]])
  case elementTypes([ElementType])
  case axis(Int, rank: Int)
  case repeatedAxis(Int)
  case index(Int, extent: Int)
  /// Elements of an input that say how to shape the result, and can't.
  case contents(input: Int)
  /// An attribute that doesn't fit the shapes of the inputs.
  case attribute(Name)
  /// Channels that don't divide into the groups.
  case groups(Int, channels: Int)
  /// A window that is larger than the padded input of those spatial extents.
  case window([Dimension])
  case outputCount(Int)
  case overflow
  case divisionByZero
  /// A result that would take more elements than evaluation allows.
  case tooLarge(shape: [Int])
  /// Nothing evaluates this operator, or not for that element type.
  case notEvaluated
}
