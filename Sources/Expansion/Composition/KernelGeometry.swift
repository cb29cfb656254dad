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
  package var isPadded: Bool { padsBegin.contains { $0 != 0 } || padsEnd.contains { $0 != 0 } }
  package var isPointwise: Bool { extents.allSatisfy { $0 == 1 } }
  package var isStrided: Bool { strides.contains { $0 != 1 } }

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
      (padsBegin + padsEnd).allSatisfy({ $0 >= 0 }),
      let count = Shape.elementCount(weightShape)
    else { return false }
    return count <= Self.maximumWeightCount
      && !inputsPerGroup.multipliedReportingOverflow(by: group).overflow
  }
}
