package import NetworkIR

/// What `expand` did with each node that holds weights, in the graph's order.
package struct ExpansionReport: Sendable, Hashable {
  package struct Row: Sendable, Hashable {
    /// The node's place in the graph.
    package let index: Int
    package let node: Name
    package let type: OperatorType
    package let result: Result
  }

  package enum Result: Sendable, Hashable {
    case expanded(Unit)
    case skipped(SkipReason)
  }

  package struct Unit: Sendable, Hashable {
    package let strategy: ExpansionStrategy
    /// The channels along the unit, its inputs first and its outputs last.
    package let channels: [Int]
    package let parametersBefore: Int
    package let parametersAfter: Int
    /// Why this is not CK, which `auto` would have chosen, had it factors that keep the function.
    package let narrowCK: NarrowUnit?
    /// What the node was expanded by, its own options included.
    package let options: ExpansionOptions
    /// The largest over the smallest singular value of the factors that widen, shift and narrow,
    /// the worst of them; nil where the factors are random or none were made.
    package let condition: Double?

    /// The unit in the notation of the tables: `CK 3→12→32→8`.
    package var notation: String { Optional(strategy).notation(channels) }
  }

  package let rows: [Row]

  /// True where some unit's rate is below 1, so that it can express less than the node did.
  package var hasBottleneck: Bool {
    for row in rows {
      if case .expanded(let unit) = row.result, unit.options.rate < 1 { return true }
    }
    return false
  }

  package var unitCount: Int {
    rows.count { row in if case .expanded = row.result { true } else { false } }
  }
}
