package import NetworkIR

/// Why a node stays as it is, next to one that it could be contracted with.
package enum ContractionObstacle: Error, Sendable, Hashable {
  /// Its kernel, or its normalization's numbers, are no constants of its own.
  case unreadable(SkipReason)
  /// The value between it and the factor before is read by other nodes too.
  case innerValueUsed(Name)
  /// The value between it and the factor before is a graph output.
  case innerValueIsOutput(Name)
  /// It transposes what it reads, and the factor before makes no transposed output.
  case transposesInput
  case notComposable(CompositionFailure)
  /// One node in place of it and the factors before would have `contracted` parameters, where they
  /// have `apart`: a bottleneck that is the network's own.
  case savesNothing(contracted: Int, apart: Int)
  /// It adds a value that is no bias, and a factor before has a bias, which has no place then.
  case biasHasNoPlace
  /// A BatchNormalization that takes its statistics from the batch, in training mode.
  case normalizesByBatch
  /// A BatchNormalization of another axis than the one that the kernel makes.
  case normalizesOtherAxis
  /// A BatchNormalization of a variance that has no finite inverse root.
  case normalizationUnusable
}
