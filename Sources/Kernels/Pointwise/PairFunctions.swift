import Foundation

/// The greater of two elements; NaN where either is.
///
/// Where they are equal the slope is halved between them, as PyTorch's `maximum` has it: of the
/// subgradients the one that favours neither operand.
package struct Maximum: PairFunction {
  package init() {}
  package var keepsZero: Bool { true }
  package func value(_ a: Float, _ b: Float) -> Float { a >= b ? a : b > a ? b : a + b }
  package func slopes(_ a: Float, _ b: Float) -> (a: Float, b: Float) {
    a > b ? (1, 0) : b > a ? (0, 1) : (0.5, 0.5)
  }
}

/// The lesser of two elements; NaN and ties as with `Maximum`.
package struct Minimum: PairFunction {
  package init() {}
  package var keepsZero: Bool { true }
  package func value(_ a: Float, _ b: Float) -> Float { a <= b ? a : b < a ? b : a + b }
  package func slopes(_ a: Float, _ b: Float) -> (a: Float, b: Float) {
    a < b ? (1, 0) : b < a ? (0, 1) : (0.5, 0.5)
  }
}

/// aᵇ, with ∂/∂a = b·a^(b−1) and ∂/∂b = aᵇ·ln a.
///
/// Where a formula is 0·∞ though the function is flat there, the slope is 0: by a where b = 0, by b
/// where a = 0 and b ≥ 0.
package struct Power: PairFunction {
  package init() {}
  package var keepsZero: Bool { false }
  package func value(_ a: Float, _ b: Float) -> Float { b == 2 ? a * a : pow(a, b) }
  package func slopes(_ a: Float, _ b: Float) -> (a: Float, b: Float) {
    (
      b == 0 ? 0 : b == 2 ? 2 * a : b * pow(a, b - 1),
      a == 0 && b >= 0 ? 0 : pow(a, b) * log(a)
    )
  }
}

/// a where a ≥ 0, b·a below: PRelu, b being its slope
package struct ParametricUnit: PairFunction {
  package init() {}
  package var keepsZero: Bool { true }
  package func value(_ a: Float, _ b: Float) -> Float { a > 0 ? a : a * b }
  package func slopes(_ a: Float, _ b: Float) -> (a: Float, b: Float) {
    (a > 0 ? 1 : b, a > 0 ? 0 : a)
  }
}

/// a where b is not 0, else 0; or the other way round. No gradient reaches b.
package struct Kept: PairFunction {
  let isWhereZero: Bool
  package init(isWhereZero: Bool) { self.isWhereZero = isWhereZero }
  package var keepsZero: Bool { true }
  package func value(_ a: Float, _ b: Float) -> Float { (b == 0) == isWhereZero ? a : 0 }
  package func slopes(_ a: Float, _ b: Float) -> (a: Float, b: Float) {
    ((b == 0) == isWhereZero ? 1 : 0, 0)
  }
}
