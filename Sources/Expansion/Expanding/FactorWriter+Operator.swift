import NetworkIR
import TensorCore

extension FactorWriter {
  /// What a node of that geometry does as factor `index` of a unit that replaces `original`.
  static func `operator`(
    _ geometry: KernelGeometry, index: Int, replacing original: Operator
  ) -> Operator {
    switch original {
    case .gemm(let gemm): .gemm(Gemm(transA: gemm.transA && index == 0, transB: gemm.transB))
    case .matMul: .matMul(MatMul())
    default: convolution(geometry)
    }
  }

  private static func convolution(_ geometry: KernelGeometry) -> Operator {
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
