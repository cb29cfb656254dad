import NetworkIR
import TensorCore

extension FactorWriter {
  /// What the node of factor `index` does.
  static func `operator`(
    _ geometry: KernelGeometry, index: Int, of unit: PlannedUnit, opset: Int
  ) -> Operator {
    let hasAddend = unit.node.addend != nil && index == unit.plan.factors.count - 1
    switch unit.node.node.operator {
    case .gemm(let gemm):
      let transA = gemm.transA && index == 0
      if opset < 11, !geometry.hasBias, !hasAddend, !transA { return .matMul(MatMul()) }
      return .gemm(Gemm(beta: hasAddend ? gemm.beta : 1, transA: transA, transB: gemm.transB))
    case .matMul: return .matMul(MatMul())
    default: return convolution(geometry)
    }
  }

  /// The operator that applies a kernel of rank 1 and up.
  static func convolution(_ geometry: KernelGeometry) -> Operator {
    var window = Window(
      WindowGeometry(
        kernel: geometry.extents, strides: geometry.strides, dilations: geometry.dilations,
        padsBegin: geometry.padsBegin, padsEnd: geometry.padsEnd))
    if let samePadding = geometry.samePadding {
      window.autoPad = samePadding == .upper ? .sameUpper : .sameLower
      window.pads = nil
    }
    guard let transposition = geometry.transposition else {
      return .conv(Conv(window: window, group: geometry.group))
    }
    let isPaddedAfter = transposition.outputPadding.contains { $0 != 0 }
    return .convTranspose(
      ConvTranspose(
        window: window, group: geometry.group,
        outputPadding: isPaddedAfter ? transposition.outputPadding : nil,
        outputShape: transposition.outputShape))
  }
}
