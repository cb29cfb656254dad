/// A graph whose shapes don't fit together.
package enum InferenceError: Error, Hashable, Sendable {
  /// A node that doesn't accept its inputs, whose names are empty where it has none.
  case node(Node.ID, name: Name, type: OperatorType, inputs: [Name], OperatorFailure)
  /// A value whose declared type is not what its producer makes; nil for an initializer.
  case contradiction(value: Name, producer: Name?, inferred: ValueType, declared: ValueType)
  /// An input that was given another rank than it declares, a negative extent, or two extents for
  /// one symbol.
  case givenShape(input: Name, given: [Dimension], declared: [Dimension])
  /// A shape was given for a value that is no input.
  case notAnInput(Name)
}
