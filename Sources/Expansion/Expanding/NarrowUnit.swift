/// A unit too narrow to keep the function of the node that it would replace.
package struct NarrowUnit: Error, Sendable, Hashable {
  package var strategy: ExpansionStrategy
  /// The factor that passes on too few channels, from 0.
  package var factor: Int
  /// Its channels in each group, and how many keeping the function takes.
  package var available: Int
  package var needed: Int
  /// The least rate that would do.
  package var sufficientRate: Double
  /// True where the first factor is narrow for being the stem's, which `--stem keep` keeps so.
  package var isKeptStem = false
  /// ‖W − W̃‖ / ‖W‖ for the best factors found; nil where they were not looked for.
  package var residual: Double?

  package init(
    strategy: ExpansionStrategy, factor: Int, available: Int, needed: Int, sufficientRate: Double,
    isKeptStem: Bool = false, residual: Double? = nil
  ) {
    self.strategy = strategy
    self.factor = factor
    self.available = available
    self.needed = needed
    self.sufficientRate = sufficientRate
    self.isKeptStem = isKeptStem
    self.residual = residual
  }
}
