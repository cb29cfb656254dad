import Expansion
import NetworkIR

/// A plan of units in TOML: for each node that holds weights, what `expand` is to make of it.
///
///     [[node]]
///     name = "/0/Conv"
///     strategy = "CL"
///     rate = 4.0
///
/// `name` and `index` say which node is meant; one of them is enough where it is clear. `strategy`
/// is CL, CK, FC or none; it and the other keys stand for the flags of the same names, which hold
/// where a key is left out. A node without an entry is left alone. What the factors start from
/// (`--init`, `--seed`) is no part of a plan.
struct PlanFile: Hashable {
  struct Entry: Hashable {
    var name: String?
    var index: Int?
    var `operator`: String?
    var options = UnitOptions()
    /// Where its heading is in the file, counted from 1; nil where that is not clear.
    var line: Int?
  }

  let path: String
  var entries: [Entry]

  /// The keys of an entry, as the file spells them.
  enum Key: String, CaseIterable {
    case name, index
    case `operator`
    case strategy, rate, fc
    case strideAt = "stride-at"
    case stem
    case intermediateBias = "intermediate-bias"
  }

  /// The values that `strategy` may have.
  static let strategies = ExpansionStrategy.allCases.map(\.rawValue) + [noStrategy]
  static let noStrategy = "none"
  /// The heading of an entry.
  static let heading = "node"
}
