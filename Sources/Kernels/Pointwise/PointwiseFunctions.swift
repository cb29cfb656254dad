import Foundation
import TensorCore

/// −x
package struct Negation: PointwiseFunction {
  package init() {}
  package func value(at x: Float) -> Float { -x }
  package func slope(at x: Float) -> Float { -1 }
}

/// |x|, of slope 0 at 0
package struct Magnitude: PointwiseFunction {
  package init() {}
  package func value(at x: Float) -> Float { x.magnitude }
  package func slope(at x: Float) -> Float { x > 0 ? 1 : x < 0 ? -1 : 0 }
}

/// 1 / x
package struct Reciprocal: PointwiseFunction {
  package init() {}
  package var keepsZero: Bool { false }
  package func value(at x: Float) -> Float { 1 / x }
  package func slope(at x: Float) -> Float { -1 / (x * x) }
}

/// √x
package struct SquareRoot: PointwiseFunction {
  package init() {}
  package var keepsZero: Bool { false }
  package func value(at x: Float) -> Float { x.squareRoot() }
  package func slope(at x: Float) -> Float { 0.5 / x.squareRoot() }
}

/// eˣ
package struct Exponential: PointwiseFunction {
  package init() {}
  package var keepsZero: Bool { false }
  package func value(at x: Float) -> Float { exp(x) }
  package func slope(at x: Float) -> Float { exp(x) }
}

/// ln x
package struct Logarithm: PointwiseFunction {
  package init() {}
  package var keepsZero: Bool { false }
  package func value(at x: Float) -> Float { log(x) }
  package func slope(at x: Float) -> Float { 1 / x }
}

/// The error function, 2/√π · ∫₀ˣ e^(−t²) dt
package struct ErrorFunction: PointwiseFunction {
  package init() {}
  package func value(at x: Float) -> Float { erf(x) }
  package func slope(at x: Float) -> Float { 1.128_379_2 * exp(-x * x) }
}

/// A whole number near x; of slope 0 everywhere.
package struct Rounding: PointwiseFunction {
  let rule: FloatingPointRoundingRule
  package init(_ rule: FloatingPointRoundingRule) { self.rule = rule }
  package func value(at x: Float) -> Float { x.rounded(rule) }
  package func slope(at x: Float) -> Float { 0 }
}

/// −1, 0 or 1; of slope 0 everywhere.
package struct Sign: PointwiseFunction {
  package init() {}
  package func value(at x: Float) -> Float { x > 0 ? 1 : x < 0 ? -1 : x }
  package func slope(at x: Float) -> Float { 0 }
}

/// γ · x above 0, γ·α · (e^(x/d) − 1) below: Elu (γ = d = 1), Selu (d = 1), Celu (γ = 1, d = α)
package struct ExponentialUnit: PointwiseFunction {
  let (alpha, gamma, divisor): (Float, Float, Float)
  package init(alpha: Float, gamma: Float = 1, divisor: Float = 1) {
    (self.alpha, self.gamma, self.divisor) = (alpha, gamma, divisor)
  }
  package func value(at x: Float) -> Float {
    x > 0 ? gamma * x : gamma * alpha * expm1(x / divisor)
  }
  package func slope(at x: Float) -> Float {
    x > 0 ? gamma : gamma * alpha / divisor * exp(x / divisor)
  }
}

/// clip(α·x + β, 0, 1), of slope 0 at the bounds
package struct HardSigmoid: PointwiseFunction {
  let (alpha, beta): (Float, Float)
  package init(alpha: Float, beta: Float) { (self.alpha, self.beta) = (alpha, beta) }
  package var keepsZero: Bool { false }
  // In this order NaN passes.
  package func value(at x: Float) -> Float { min(max(alpha * x + beta, 0), 1) }
  package func slope(at x: Float) -> Float {
    let y = alpha * x + beta
    return y > 0 && y < 1 ? alpha : 0
  }
}

/// x · clip(x/6 + 1/2, 0, 1), of slope 0 at −3 and 1 at 3
package struct HardSwish: PointwiseFunction {
  package init() {}
  // In this order NaN passes.
  package func value(at x: Float) -> Float { x * min(max(x / 6 + 0.5, 0), 1) }
  package func slope(at x: Float) -> Float { x <= -3 ? 0 : x < 3 ? x / 3 + 0.5 : 1 }
}

/// ln(1 + eˣ) = max(x, 0) + ln(1 + e^(−|x|))
package struct Softplus: PointwiseFunction {
  package init() {}
  package var keepsZero: Bool { false }
  package func value(at x: Float) -> Float { (x > 0 ? x : 0) + log1p(exp(-x.magnitude)) }
  package func slope(at x: Float) -> Float { 1 / (1 + exp(-x)) }
}

/// x / (1 + |x|)
package struct Softsign: PointwiseFunction {
  package init() {}
  package func value(at x: Float) -> Float { x / (1 + x.magnitude) }
  package func slope(at x: Float) -> Float {
    let y = 1 / (1 + x.magnitude)
    return y * y
  }
}

/// x above the threshold, 0 elsewhere
package struct ThresholdedUnit: PointwiseFunction {
  let threshold: Float
  package init(threshold: Float) { self.threshold = threshold }
  package var keepsZero: Bool { true }
  package func value(at x: Float) -> Float { x > threshold || x.isNaN ? x : 0 }
  package func slope(at x: Float) -> Float { x > threshold ? 1 : 0 }
}

/// x rounded to 16 bits, of slope 1
package struct Narrowing: PointwiseFunction {
  package enum Format: Sendable {
    case half, brain
  }
  let format: Format
  package init(to format: Format) { self.format = format }
  package func value(at x: Float) -> Float {
    switch format {
    case .half: Float(halfBits: Double(x).roundedHalfBits)
    case .brain: Float(bitPattern: UInt32(Double(x).roundedBrainBits) << 16)
    }
  }
  package func slope(at x: Float) -> Float { 1 }
}
