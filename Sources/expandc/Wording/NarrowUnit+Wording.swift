import Expansion

extension NarrowUnit {
  /// What is too narrow, and how near to the function one can come.
  var sentence: String {
    let need =
      "keeping the function by \(strategy.rawValue) takes \(needed) channels after factor "
      + "\(factor), not \(available)"
    switch search {
    case nil: return need
    case .tooCostly:
      return "\(need); other factors were not searched for, in a unit of this size"
    case .misses(let residual):
      let missed = (100 * residual).significant(2)
      return "\(need); the best factors found are off by \(missed)% of the weights' norm"
    case .magnifies(let roundings):
      return "\(need); the factors that a search found magnify rounding "
        + "\(roundings.significant(2)) times"
    }
  }

  /// The flags that make the unit wide enough.
  var flags: String {
    let rate = "-r \(sufficientRate.significant(4))"
    return isKeptStem
      ? sufficientRate > 1 ? "\(rate) --stem expand" : "--stem expand" : rate
  }

  /// The same as keys of a plan's entry, and another strategy.
  var entries: String {
    let rate = "rate = \(sufficientRate.significant(4))"
    let stem = "stem = \"expand\""
    let width = isKeptStem ? sufficientRate > 1 ? "\(rate) and \(stem)" : stem : rate
    return strategy == .ck ? "\(width), strategy = \"CL\"" : width
  }

  /// The flags that would work.
  var remedy: String {
    let others = strategy == .ck ? "\(flags), --conv cl" : flags
    return "add \(others), or --init random to train from scratch"
  }
}
