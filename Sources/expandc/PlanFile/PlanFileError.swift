import Expansion
import NetworkIR

/// Why a plan of units cannot be used; `line` is that of the entry's heading, where it is known.
struct PlanFileError: Error, Hashable {
  let path: String
  var line: Int?
  /// The node that the entry is about, as the file names it.
  var node: String?
  let problem: Problem

  enum Problem: Hashable {
    /// Bytes that are no text: a NUL, or not UTF-8.
    case notText
    /// Not TOML; the parser's words.
    case malformed(column: Int, String)
    /// `node` is something else than a list of tables.
    case entriesAreNoTables
    case unknownKey(String, known: [String])
    case wrongType(key: String, expected: String)
    case unknownValue(key: String, String, allowed: [String])
    case rateOutOfRange(Double)
    case factorCountOutOfRange(Int)
    /// The entry has neither a name nor an index.
    case namesNoNode
    case unknownNode(String, known: [Name])
    case indexOutOfRange(Int, nodeCount: Int)
    /// The one node of that name has another index than the entry.
    case indexDiffers(String, index: Int, entry: Int)
    /// Several nodes have the name, and no index says which is meant.
    case ambiguous(String, indices: [Int])
    case operatorDiffers(found: String, expected: String)
    case repeated(firstLine: Int?)
    /// No factors are as the entry asks.
    case impossible(ExpansionRefusal)
    /// The node cannot be expanded by the strategy that the entry asks for.
    case unmet(SkipReason)
  }
}
