import Foundation

/// How far its roundings move an output of a network: the deviations that `RoundingModel` finds.
package struct RoundingSpread: Sendable, Hashable {
  /// σ, of the most sensitive element, by running the network with its weights moved.
  package let measured: Double
  /// s, of what rounds and holds no weight.
  package let charged: Double

  /// √(σ² + s²).
  package var deviation: Double { hypot(measured, charged) }

  /// √(σ₁² + s₁² + σ₂² + s₂²).
  static func deviation(_ a: RoundingSpread, _ b: RoundingSpread) -> Double {
    hypot(a.deviation, b.deviation)
  }

  /// That of the most sensitive.
  static func largest(of spreads: [RoundingSpread]) -> RoundingSpread {
    RoundingSpread(
      measured: spreads.map(\.measured).max() ?? 0, charged: spreads.map(\.charged).max() ?? 0)
  }

  /// √(2 ln(2N·10¹²)): the deviations that none of N elements exceeds but once in 10¹² comparisons.
  static func deviations(count: Int) -> Double {
    (2 * log(2 * Double(max(1, count)) * 1e12)).squareRoot()
  }
}

/// How much a network rounds: what its tolerance grows with.
package struct RoundingExtent: Sendable, Hashable {
  /// The most sums, products and functions that follow each other from an input to an output.
  package let depth: Int
  /// The most terms of one sum.
  package let terms: Int
}
