import NetworkIR

extension ContractionReport.Unit {
  /// The unit that consecutive factors of a chain were.
  init(
    node: Name, factors: [ChainFactor], kernels: [ConvolutionKernel], parametersAfter: Int,
    check: UnitCheck?
  ) {
    let isNormalized = factors.contains { $0.normalization != nil }
    self.init(
      node: node, strategy: ExpansionStrategy(of: kernels.map(\.geometry)),
      channels: kernels.prefix(1).map(\.geometry.inputs) + kernels.map(\.geometry.outputs),
      parametersBefore: factors.reduce(0) { $0 + $1.parameterCount },
      parametersAfter: parametersAfter,
      notes: isNormalized ? [.normalizationAbsorbed] : [], check: check)
  }
}

extension ExpansionStrategy {
  /// The strategy whose factors look like these; nil for other chains.
  fileprivate init?(of factors: [KernelGeometry]) {
    guard factors.count > 1 else { return nil }
    let isThreeByThree = factors.map { factor in
      factor.extents.contains(3) && factor.extents.allSatisfy { $0 == 1 || $0 == 3 }
    }
    if factors.allSatisfy({ $0.rank == 0 }) {
      self = .fc
    } else if factors.map(\.isPointwise) == [true, false, true] {
      self = .cl
    } else if isThreeByThree.allSatisfy(\.self) {
      self = .ck
    } else {
      return nil
    }
  }
}
