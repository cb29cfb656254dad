/// The factors that one node becomes, by its kernel's geometry and the options alone.
///
/// Source: expansion rules of ExpandNets, section 3 and its released code where they differ by a
/// flag. All padding goes to the first factor, on every side as it was, which is what keeps a bias
/// of that factor exact at the border; the original bias stays on the last one.
///
/// Transposed convolutions, and SAME padding of an unknown extent, stay whole in the middle of CL:
/// pads, stride and all. A 1×1 without a bias commutes with them (see `KernelComposition`), so no
/// factor but the last has a bias there, whatever the options say of biases and of the stride.
package struct ExpansionPlan: Sendable, Hashable {
  package let strategy: ExpansionStrategy
  /// In the order in which they are applied.
  package let factors: [KernelGeometry]

  /// The channels along the unit, its inputs first and its outputs last.
  package var channels: [Int] {
    (factors.first.map { [$0.inputs] } ?? []) + factors.map(\.outputs)
  }

  package var parameterCount: Int { factors.reduce(0) { $0 + $1.parameterCount } }

  /// The plan for one kernel; `seesImage` marks the stem. Requires a well-formed geometry.
  package init(
    _ strategy: ExpansionStrategy, for original: KernelGeometry, options: ExpansionOptions,
    seesImage: Bool = false
  ) throws(ExpansionRefusal) {
    guard options.rate.isFinite, options.rate > 0 else { throw .rateOutOfRange(options.rate) }
    var factors =
      switch strategy {
      case .cl: try Self.betweenPointwise(original)
      case .ck: try Self.threeByThrees(original)
      case .fc: Self.matrices(original, count: options.fullyConnectedFactors)
      }
    let last = factors.count - 1
    let isMiddleWhole = strategy == .cl && original.staysWhole
    if !isMiddleWhole {
      factors[0].padsBegin = original.padsBegin
      factors[0].padsEnd = original.padsEnd
    }
    let strided = isMiddleWhole || strategy == .cl && options.strideAt == .middle ? 1 : last
    factors[strided].strides = original.strides
    for index in factors.indices {
      let isLast = index == last
      factors[index].hasBias =
        switch options.intermediateBias {
        case _ where isMiddleWhole: isLast && original.hasBias
        case .auto: original.hasBias
        case .all: isLast ? original.hasBias : true
        case .none: isLast && original.hasBias
        }
      let width = try Self.width(
        of: original, after: index, last: last, options: options, seesImage: seesImage)
      let inputs = index == 0 ? original.inputsPerGroup : factors[index - 1].outputsPerGroup
      let weights =
        Double(width) * Double(original.group) * Double(inputs) * Double(factors[index].taps)
      guard weights <= Double(KernelGeometry.maximumWeightCount) else {
        throw .factorTooLarge(factor: index, weights: weights)
      }
      factors[index].outputs = width * original.group
      factors[index].inputsPerGroup = inputs
    }
    self.strategy = strategy
    self.factors = factors
  }

  /// Channels of one group after a factor: r·m after the first, r·n after the next, n at the end.
  private static func width(
    of original: KernelGeometry, after factor: Int, last: Int, options: ExpansionOptions,
    seesImage: Bool
  ) throws(ExpansionRefusal) -> Int {
    if factor == last { return original.outputsPerGroup }
    if factor == 0, seesImage, options.stem == .keep { return original.inputsPerGroup }
    let channels = factor == 0 ? original.inputsPerGroup : original.outputsPerGroup
    let wide = max(1, (options.rate * Double(channels)).rounded())
    guard wide <= Double(KernelGeometry.maximumWeightCount) else {
      throw .factorTooLarge(factor: factor, weights: wide)
    }
    return Int(wide)
  }

  /// CL: 1×1, the kernel itself, 1×1, with its group.
  private static func betweenPointwise(
    _ original: KernelGeometry
  ) throws(ExpansionRefusal) -> [KernelGeometry] {
    guard !original.isPointwise else { throw .kernelIsPointwise }
    let ends = KernelGeometry(
      outputs: 1, inputsPerGroup: 1, group: original.group, extents: original.extents.map { _ in 1 }
    )
    var middle = ends
    if original.staysWhole { middle = original }
    middle.extents = original.extents
    middle.dilations = original.dilations
    return [ends, middle, ends]
  }

  /// CK: (k − 1)/2 kernels of 3 along each axis, all with the kernel's dilation; an axis that is
  /// used up takes 1.
  private static func threeByThrees(
    _ original: KernelGeometry
  ) throws(ExpansionRefusal) -> [KernelGeometry] {
    guard !original.isPointwise else { throw .kernelIsPointwise }
    guard original.group == 1 else { throw .groupedKernelTakesCL(group: original.group) }
    guard !original.isTransposed else { throw .transposedKernelTakesCL }
    guard original.samePadding == nil else { throw .samePaddingTakesCL }
    guard original.extents.allSatisfy({ $0 % 2 == 1 }), let largest = original.extents.max(),
      largest > 3
    else { throw .kernelHasNoThreeByThreeChain(extents: original.extents) }
    return (0..<(largest - 1) / 2).map { step in
      KernelGeometry(
        outputs: 1, inputsPerGroup: 1,
        extents: original.extents.map { step < ($0 - 1) / 2 ? 3 : 1 },
        dilations: zip(original.extents, original.dilations).map { extent, dilation in
          step < (extent - 1) / 2 ? dilation : 1
        })
    }
  }

  private static func matrices(_ original: KernelGeometry, count: Int) -> [KernelGeometry] {
    let matrix = KernelGeometry(
      outputs: 1, inputsPerGroup: 1, group: original.group, extents: original.extents)
    return [KernelGeometry](repeating: matrix, count: count == 2 ? 2 : 3)
  }
}

extension KernelGeometry {
  /// Whether stride and pads can't be given to other factors than the one with the kernel.
  fileprivate var staysWhole: Bool { isTransposed || samePadding != nil }
}
