import Foundation

/// How far weights may move when a node is expanded by `PreservingFactors` and contracted again.
///
/// Let W' = F₃F₂F₁ with F₂ = F₂* + δ, F₂* the exact solution and |δ| ≤ u|F₂*| + η its rounding (u the
/// unit roundoff of the type, η half its smallest subnormal). Then per weight
///
///     |W' − W| = |Σ F₃ δ F₁| ≤ Σ |F₃| (u|F₂| + η) |F₁|                                   (certain)
///
/// which grows with √(m·n). The roundings are independent for all that is known of W, of mean 0 and
/// each in an interval of width 2(u|F₂| + η)|F₃F₁|, so Hoeffding's inequality gives
///
///     P(|W' − W| > t) ≤ 2 exp(−t² / (2 Σ F₃² (u|F₂| + η)² F₁²))
///
/// and with N weights t = √(2 ln(2N·10¹²) · Σ…) fails once in 10¹² networks. As
/// Σ F₃²F₂²F₁² ≈ ‖W‖²/(p·q) for mixed factors, t is about 9 u · rms(W)/r at any width: a few ULP of
/// the largest weight. The smaller of the two bounds holds, to which storing W' adds u·max|W| + η,
/// and the arithmetic in Double adds less than 2⁻⁴⁰ · max|W|.
package enum PreserveBound {
  /// The largest |W' − W| to expect of `factors`, which compose to W' and were made from `original`.
  package static func weightError(
    factors: [ConvolutionKernel], original: ConvolutionKernel, rounding: FloatingRounding
  ) throws(CompositionFailure) -> Double {
    guard factors.count > 1 else { throw .noFactors }
    let errors = factors.enumerated().map { index, factor in
      index == 1
        ? factor.mapped { rounding.unitRoundoff * $0.magnitude + rounding.subnormalError }
        : factor.mapped(\.magnitude)
    }
    let certain = try KernelComposition.compose(errors.map(\.withoutBias)).largestMagnitude
    let squares = try KernelComposition.compose(
      errors.map { $0.mapped { $0 * $0 }.withoutBias })
    let odds = 2 * log(2 * Double(original.geometry.weightCount) * 1e12)
    let likely = (odds * squares.largestMagnitude).squareRoot()
    let storing = (rounding.unitRoundoff + 0x1p-40) * original.largestMagnitude
    return min(certain, likely) + storing + rounding.subnormalError
  }
}

extension ConvolutionKernel {
  var withoutBias: ConvolutionKernel {
    var geometry = geometry
    geometry.hasBias = false
    return ConvolutionKernel(geometry: geometry, weights: weights, bias: nil)
  }
}
