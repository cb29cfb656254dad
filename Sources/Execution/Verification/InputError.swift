package import NetworkIR
package import TensorCore

/// Why tensors can't be a network's inputs.
package enum InputError: Error, Hashable, Sendable {
  /// No input has the name; `known` are those that a run takes.
  case unknown(Name, known: [Name])
  /// An input that was given no tensor.
  case missing(Name)
  case elementType(Name, expected: ElementType, given: ElementType)
  /// The network takes an input of this type, and nobody gave one: no elements can be made up.
  case notGiven(Name, ElementType)
  /// The network takes an input of this type, which no run can be given.
  case unsupportedElementType(Name, ElementType)
  case shape(Name, expected: [Dimension], given: [Int])
  /// Extents that the file leaves open and nobody gave, nil where even the rank is; and a shape that
  /// fits what is known.
  case open(Name, [Dimension]?, suggested: [Int])
  /// NaN among the elements.
  case notANumber(Name)
  /// More elements than a run could hold.
  case tooLarge(Name, [Int])
}
