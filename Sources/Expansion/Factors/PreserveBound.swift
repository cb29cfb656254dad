import Foundation

/// How far weights may move when a node is expanded by `PreservingFactors` and contracted again.
///
/// Let F_j* be the exact factors, F_j = F_j* + δ_j the stored ones and h_j half the spacing of the
/// stored type at F_j*, so that |δ_j| ≤ h_j. Exactly, with rounded factors after and exact ones
/// before,
///
///     W' − W = Σ_j L_j · δ_j · R_j      L_j = F_l … F_{j+1}      R_j = F*_{j−1} … F*_1
///
/// and each weight of W' − W is a sum over all δ of |coefficient| ≤ |L_j| · h_j · |R_j|. For all
/// that is known of W and of the random mixing, a δ is uniform in ±h, independent of the others.
/// Taken from the last factor to the first, the sum is then a martingale, as L_j is known by the
/// time that δ_j is drawn, and a uniform variable is sub-Gaussian with its own variance, h²/3. So
/// with
///
///     V = ⅓ Σ_j L_j² ∘ h_j² ∘ R_j²          (all squares by element, composed like the factors)
///
/// for the largest V over the weights, P(|W' − W| > t) ≤ 2 exp(−t² / 2V), and with N weights
/// t = √(2 ln(2N·10¹²) · V) fails once in 10¹² networks. Here R_j is taken of the stored factors
/// too, which differ from the exact ones by errors of this same kind: less than 2⁻⁴ of V even for
/// bfloat16.
///
/// For CL and FC, with rows of W of equal norm: F₁ and F₃ have orthonormal columns and rows, so
/// δ₁ and δ₃ contribute Σ_p (W·F₁ᵀ)² F₁² h² /F² ≈ max|W|²·u²/r each and δ₂ as much over r². A
/// number's spacing over itself varies over a factor of 2, ¾ in the mean square, hence
///
///     t ≈ √(2 ln(2N·10¹²) · (2/r + 1/r²) · 0.54/3) · u · max|W|
///
/// which for N = 10⁶ is 6.7 u·max|W| at r = 1 and 3 u·max|W| at r = 4, at any width: a few ULP of
/// the largest weight. For CK it is of the same size, as all factors but the free one have
/// orthonormal rows there too. To this, storing W' adds u·max|W| + η, with u the unit roundoff and
/// η half the smallest subnormal, and the arithmetic in Double adds less than 2⁻⁴⁰ · max|W|.
package enum PreserveBound {
  /// The largest |W' − W| to expect of `factors` that compose to W' and were made from `original`.
  package static func weightError(
    factors: [ConvolutionKernel], original: ConvolutionKernel, rounding: FloatingRounding
  ) throws(CompositionFailure) -> Double {
    let bare = factors.map(\.withoutBias)
    var variances: [Double] = []
    for index in bare.indices {
      var chain = [
        bare[index].mapped { $0 == 0 ? 0 : pow(rounding.halfSpacing(at: $0), 2) / 3 }
      ]
      if index > 0 { chain.insert(try squares(bare[..<index]), at: 0) }
      if index < bare.count - 1 { chain.append(try squares(bare[(index + 1)...])) }
      let own = try KernelComposition.compose(chain).weights
      variances = variances.isEmpty ? own : zip(variances, own).map(+)
    }
    let odds = 2 * log(2 * Double(original.geometry.weightCount) * 1e12)
    let variance = (variances.max() ?? 0) * (1 + 0x1p-4)
    let storing = (rounding.unitRoundoff + 0x1p-40) * original.largestMagnitude
    return (odds * variance).squareRoot() + storing + rounding.subnormalError
  }

  private static func squares(
    _ chain: ArraySlice<ConvolutionKernel>
  ) throws(CompositionFailure) -> ConvolutionKernel {
    try KernelComposition.compose(Array(chain)).mapped { $0 * $0 }
  }
}

extension ConvolutionKernel {
  fileprivate var largestMagnitude: Double { weights.reduce(0) { max($0, $1.magnitude) } }
}
