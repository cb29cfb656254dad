/// Why a kernel cannot be expanded as asked, for reasons that its geometry and the flags give.
package enum ExpansionRefusal: Error, Sendable, Hashable {
  /// A 1×1 kernel has nothing between its channels to widen.
  case kernelIsPointwise
  /// CK needs every extent odd and one above 3.
  case kernelHasNoThreeByThreeChain(extents: [Int])
  /// CK mixes channels; grouped and depthwise convolutions take CL.
  case groupedKernelTakesCL(group: Int)
  /// Chains of 3×3 need pads on the first alone, and a transposed kernel has its own in the middle.
  case transposedKernelTakesCL
  /// SAME pads that depend on an unknown image size suit one factor with the whole kernel.
  case samePaddingTakesCL
  /// The rate is not a positive, finite number.
  case rateOutOfRange(Double)
  /// A factor of that rate would hold more weights than a tensor can carry.
  case factorTooLarge(factor: Int, weights: Double)
  /// No factors so narrow keep every function.
  case preserveNeedsWidth(NarrowUnit)
  /// A kernel of that many taps takes CK factors that are not solved for.
  case preserveTooLarge(taps: Int)
  /// The weights are not of a floating type.
  case weightsNotFloating
  /// Some weight is infinite or not a number.
  case weightsNotFinite
}
