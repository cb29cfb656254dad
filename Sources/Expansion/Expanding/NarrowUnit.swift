/// A unit too narrow for factors by rule to keep the function of the node that it would replace.
package struct NarrowUnit: Error, Sendable, Hashable {
  package var strategy: ExpansionStrategy
  /// The factor that passes on too few channels, from 0.
  package var factor: Int
  /// Its channels in each group, and how many a rule takes.
  package var available: Int
  package var needed: Int
  /// The least rate that would do.
  package var sufficientRate: Double
  /// True where the first factor is narrow for being the stem's, which `--stem keep` keeps so.
  package var isKeptStem = false
  /// How a search for other factors ended, which found none to use; nil where there was none.
  package var search: Search?

  package enum Search: Sendable, Hashable {
    /// None was made, for its cost.
    case tooCostly
    /// ‖W − W̃‖ / ‖W‖ of the best factors found.
    case misses(Double)
    /// The factors found are exact, but storing them moves the kernel by so many roundings of its
    /// largest weight.
    case magnifies(roundings: Double)
  }

  package init(
    strategy: ExpansionStrategy, factor: Int, available: Int, needed: Int, sufficientRate: Double,
    isKeptStem: Bool = false, search: Search? = nil
  ) {
    self.strategy = strategy
    self.factor = factor
    self.available = available
    self.needed = needed
    self.sufficientRate = sufficientRate
    self.isKeptStem = isKeptStem
    self.search = search
  }
}
