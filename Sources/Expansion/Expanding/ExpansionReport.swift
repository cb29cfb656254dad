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
    /// True where `auto` would have chosen CK, had it factors that keep the function.
    package let isInsteadOfCK: Bool

    /// The unit in the notation of the tables: `CK 3→12→32→8`.
    package var notation: String {
      "\(strategy.rawValue) " + channels.map(String.init).joined(separator: "→")
    }
  }

  package let rows: [Row]

  package var unitCount: Int {
    rows.count { row in if case .expanded = row.result { true } else { false } }
  }
}
