package import TensorCore

/// How a floating element type rounds a Double.
package struct FloatingRounding: Sendable, Hashable {
  /// The largest relative error of one rounding, in the normal range.
  package let unitRoundoff: Double
  /// The largest absolute error of one rounding below it.
  package let subnormalError: Double
  private let elementType: ElementType

  /// Nil where the element type is not floating, or is narrower than 16 bits.
  package init?(_ elementType: ElementType) {
    self.elementType = elementType
    switch elementType {
    case .float: (unitRoundoff, subnormalError) = (0x1p-24, 0x1p-150)
    case .double: (unitRoundoff, subnormalError) = (0x1p-53, 0)
    case .float16: (unitRoundoff, subnormalError) = (0x1p-11, 0x1p-25)
    case .bfloat16: (unitRoundoff, subnormalError) = (0x1p-8, 0x1p-134)
    default: return nil
    }
  }

  package func rounded(_ x: Double) -> Double {
    switch elementType {
    case .float: Double(Float(x))
    case .float16: Double(Float(halfBits: x.roundedHalfBits))
    case .bfloat16: Double(Float(bitPattern: UInt32(x.roundedBrainBits) << 16))
    default: x
    }
  }

  /// Half the distance of the representable numbers around `x`: the largest error of rounding.
  package func halfSpacing(at x: Double) -> Double {
    max(unitRoundoff * x.magnitude.binade, subnormalError)
  }

  package func rounded(_ kernel: ConvolutionKernel) -> ConvolutionKernel {
    kernel.mapped(rounded)
  }
}
