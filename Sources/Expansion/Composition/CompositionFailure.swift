/// Why a chain of convolutions is not one convolution; `factor` counts from 0 along the chain.
package enum CompositionFailure: Error, Sendable, Hashable {
  case noFactors
  case rankDiffers(factor: Int)
  case groupDiffers(factor: Int, previous: Int, own: Int)
  case channelsDiffer(factor: Int, produced: Int, expected: Int)
  /// Zeros that this factor pads with, or spreads its input with where it is transposed, are not
  /// what the factors before it make of zeros.
  case innerPadding(factor: Int, cause: PaddingCause)
  /// The convolutions here are transposed and ordinary, and neither is an unstrided, unpadded 1×1;
  /// or both are transposed.
  case transposedBesideKernel(factor: Int)
  /// SAME pads of an earlier factor follow from its own kernel and stride, not from the whole's.
  case samePaddingBeforeKernel(factor: Int)
  /// The composed kernel would be larger than a tensor can be.
  case tooLarge(factor: Int)

  package enum PaddingCause: Sendable, Hashable {
    /// An earlier factor is strided, padded, or more than 1×1.
    case notPointwise
    /// An earlier factor has a bias that is not zero.
    case biased
  }
}
