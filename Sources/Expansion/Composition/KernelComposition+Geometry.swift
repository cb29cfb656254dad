import TensorCore

extension KernelComposition {
  /// The geometry of the one convolution that equals the chain, the first factor first.
  ///
  ///     position of (v, t) = (d_B·s_A)·v + d_A·t      strides s_A·s_B      pads of A
  ///
  /// The composed dilation is the greatest common divisor of the steps. Where the taps of the two
  /// factors do not fill that lattice (dilation 2, then 3) the dense kernel is still exact, only
  /// larger, its unreached taps zero.
  ///
  /// A padded factor after the first is exact where all before it are unpadded, unstrided and 1×1:
  /// its pads are then the composition's. (They must have no bias either, which `compose` checks.)
  ///
  /// A 1×1 without stride, pads and bias maps the channels at each place, and zeros to zeros. So it
  /// commutes with whatever moves, repeats, drops or sums places and adds zeros, the same in every
  /// channel: padding of any amount, SAME too, strides, dilations, and the spreading, cropping and
  /// output padding of a transposed convolution T. Hence
  ///
  ///     C ∘ T(W) ∘ A = T(C·W[t]·A at each tap t)
  ///
  /// whatever T's attributes are; and a bias after T, the same at every place, stays one.
  package static func geometry(
    of chain: [KernelGeometry]
  ) throws(CompositionFailure) -> KernelGeometry {
    guard var composed = chain.first else { throw .noFactors }
    for (index, next) in chain.enumerated().dropFirst() {
      composed = try geometry(of: composed, then: next, factor: index)
    }
    return composed
  }

  package static func geometry(
    of a: KernelGeometry, then b: KernelGeometry, factor: Int
  ) throws(CompositionFailure) -> KernelGeometry {
    guard a.rank == b.rank else { throw .rankDiffers(factor: factor) }
    guard a.group == b.group else {
      throw .groupDiffers(factor: factor, previous: a.group, own: b.group)
    }
    guard a.outputs == b.inputs else {
      throw .channelsDiffer(factor: factor, produced: a.outputs, expected: b.inputs)
    }
    if a.isTransposed || b.isTransposed {
      guard a.mapsPlacesAlone || b.mapsPlacesAlone else {
        throw .transposedBesideKernel(factor: factor)
      }
    }
    if a.samePadding != nil, !b.mapsPlacesAlone { throw .samePaddingBeforeKernel(factor: factor) }
    var result = a
    if b.isPadded || b.isTransposed {
      guard a.mapsPlacesAlone else { throw .innerPadding(factor: factor, cause: .notPointwise) }
      result.padsBegin = b.padsBegin
      result.padsEnd = b.padsEnd
      result.samePadding = b.samePadding
      result.transposition = b.transposition
    }
    result.outputs = b.outputs
    result.hasBias = a.hasBias || b.hasBias
    for axis in a.extents.indices {
      guard let lattice = TapLattice(a, b, axis: axis) else { throw .tooLarge(factor: factor) }
      result.extents[axis] = lattice.extent
      result.dilations[axis] = lattice.dilation
      result.strides[axis] = lattice.stride
    }
    guard result.isWellFormed else { throw .tooLarge(factor: factor) }
    return result
  }
}

/// Where the taps of two factors land along one axis of their composition.
struct TapLattice {
  let extent: Int
  let dilation: Int
  let stride: Int
  /// Composed taps per tap of the first factor, and of the second.
  let firstStep: Int
  let secondStep: Int

  /// Nil where a product overflows.
  init?(_ a: KernelGeometry, _ b: KernelGeometry, axis: Int) {
    let (ka, kb) = (a.extents[axis], b.extents[axis])
    let first = ka > 1 ? a.dilations[axis] : 0
    let (step, o1) = b.dilations[axis].multipliedReportingOverflow(by: a.strides[axis])
    let second = kb > 1 ? step : 0
    let (reachA, o2) = first.multipliedReportingOverflow(by: ka - 1)
    let (reachB, o3) = second.multipliedReportingOverflow(by: kb - 1)
    let (reach, o4) = reachA.addingReportingOverflow(reachB)
    let (stride, o5) = a.strides[axis].multipliedReportingOverflow(by: b.strides[axis])
    guard !(o1 && kb > 1), !o2, !o3, !o4, !o5, reach < Int.max else { return nil }
    dilation = max(1, greatestCommonDivisor(first, second))
    extent = reach / dilation + 1
    firstStep = first / dilation
    secondStep = second / dilation
    self.stride = stride
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  var (a, b) = (a, b)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}
