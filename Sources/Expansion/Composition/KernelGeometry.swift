import TensorCore

/// What a convolution's kernel is without its numbers: channels, group, extents, strides, pads.
///
/// Weights are laid out O, I/group, then the spatial extents, of any rank. A Gemm's weight is
/// the kernel of rank 0, whose spatial lists are all empty.
package struct KernelGeometry: Sendable, Hashable, Codable {
  package var outputs: Int
  package var inputsPerGroup: Int
  package var group: Int
  package var extents: [Int]
  package var strides: [Int]
  package var dilations: [Int]
  package var padsBegin: [Int]
  package var padsEnd: [Int]
  package var hasBias: Bool
  /// SAME padding of an input whose extents are not known; the pads are 0 then.
  package var samePadding: SamePadding?
  /// What a transposed convolution has besides; nil for an ordinary one.
  package var transposition: Transposition?

  /// Where the odd pad of SAME goes: to the end, or to the begin.
  package enum SamePadding: String, Sendable, Hashable, Codable {
    case upper, lower
  }

  /// Of a transposed convolution, which writes y[p·stride + t·dilation − pad] += W[t]·x[p].
  package struct Transposition: Sendable, Hashable, Codable {
    /// By how much the output is longer at its end.
    package var outputPadding: [Int]
    /// The output's extents, from which the pads follow; nil where it follows from the pads.
    package var outputShape: [Int]?

    package init(outputPadding: [Int], outputShape: [Int]? = nil) {
      self.outputPadding = outputPadding
      self.outputShape = outputShape
    }
  }

  /// Strides and dilations left out are 1, pads left out are 0.
  package init(
    outputs: Int, inputsPerGroup: Int, group: Int = 1, extents: [Int] = [],
    strides: [Int]? = nil, dilations: [Int]? = nil, padsBegin: [Int]? = nil,
    padsEnd: [Int]? = nil, hasBias: Bool = false
  ) {
    self.outputs = outputs
    self.inputsPerGroup = inputsPerGroup
    self.group = group
    self.extents = extents
    self.strides = strides ?? extents.map { _ in 1 }
    self.dilations = dilations ?? extents.map { _ in 1 }
    self.padsBegin = padsBegin ?? extents.map { _ in 0 }
    self.padsEnd = padsEnd ?? extents.map { _ in 0 }
    self.hasBias = hasBias
  }

  package var rank: Int { extents.count }
  package var inputs: Int { inputsPerGroup * group }
  package var outputsPerGroup: Int { outputs / group }
  package var taps: Int { extents.reduce(1, *) }
  package var isTransposed: Bool { transposition != nil }
  /// Whether it pads by an amount known here, or by SAME.
  package var isPadded: Bool {
    samePadding != nil || hasPads
  }
  private var hasPads: Bool { padsBegin.contains { $0 != 0 } || padsEnd.contains { $0 != 0 } }
  package var isPointwise: Bool { extents.allSatisfy { $0 == 1 } }
  package var isStrided: Bool { strides.contains { $0 != 1 } }
  /// An ordinary 1×1 that sees and writes each place by itself; a bias is the only thing besides.
  package var mapsPlacesAlone: Bool {
    isPointwise && !isStrided && !isPadded && !isTransposed
  }
  /// Whether zeros that are no input take part: a bias before this factor would be missing there.
  package var addsZeros: Bool { isPadded || isTransposed }

  /// O, I/group, then the extents.
  package var weightShape: [Int] { [outputs, inputsPerGroup] + extents }
  package var weightCount: Int { outputs * inputsPerGroup * taps }
  package var parameterCount: Int { weightCount + (hasBias ? outputs : 0) }

  /// The largest weight tensor that a kernel may have: 2 GiB of Float, what protobuf can carry.
  package static let maximumWeightCount = 1 << 29

  /// Whether every number is in range, so that the arithmetic above cannot overflow.
  package var isWellFormed: Bool {
    let spatial = [strides, dilations, padsBegin, padsEnd]
    guard spatial.allSatisfy({ $0.count == rank }), group > 0, outputs > 0, inputsPerGroup > 0,
      outputs % group == 0, (extents + strides + dilations).allSatisfy({ $0 > 0 }),
      (padsBegin + padsEnd).allSatisfy({ $0 >= 0 }), samePadding == nil || !hasPads,
      transposition.map({ $0.outputPadding.count == rank && rank > 0 }) ?? true,
      transposition?.outputShape.map({ $0.count == rank }) ?? true,
      let count = Shape.elementCount(weightShape)
    else { return false }
    return count <= Self.maximumWeightCount
      && !inputsPerGroup.multipliedReportingOverflow(by: group).overflow
  }
}
