package import NetworkIR
package import TensorCore

/// What a comparison of two networks feeds them.
package struct ComparisonOptions: Sendable {
  /// Where numbers are random.
  package var seed: UInt64 = 0
  /// What an open batch extent (the first of an input) becomes.
  package var batchSize = 4
  /// Extents for inputs whose declaration leaves others open.
  package var inputShapes: [Name: [Int]] = [:]
  /// Tensors to use in place of the generated ones; empty, or one for each input.
  package var inputs: [Name: Tensor] = [:]

  /// Nil for all cores.
  package var threads: Int?

  package init() {}
}

/// Where the numbers of a comparison come from.
package enum InputKind: String, Sendable, Hashable, CaseIterable {
  /// Normal of variance 1.
  case normal
  /// Normal of deviation 100 in the outermost pixels, 0 within: where padding is what counts.
  case border
  /// One number for each image: 1, 0, −1, ½ and again.
  case constant
  /// The caller's.
  case given
}
