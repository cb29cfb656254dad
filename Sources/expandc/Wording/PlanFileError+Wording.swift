import Expansion
import NetworkIR

extension PlanFileError: Worded {
  var diagnostic: Diagnostic {
    let line = line.map { ", line \($0)" } ?? ""
    let node = node.map { ", node '\($0)'" } ?? ""
    return Diagnostic(.malformed, problem.sentence, at: path + line + node, next: problem.remedy)
  }
}

extension PlanFileError.Problem {
  fileprivate var sentence: String {
    switch self {
    case .notText: "the plan is no UTF-8 text"
    case .malformed(let column, let words):
      "the plan is not TOML: \(words.prefix(1).lowercased() + words.dropFirst()), column \(column)"
    case .entriesAreNoTables: "'node' is no list of tables"
    case .unknownKey(let key, _): "there is no key '\(key)'"
    case .wrongType(let key, let expected): "'\(key)' takes \(expected)"
    case .unknownValue(let key, let value, _): "'\(key)' has no value '\(value)'"
    case .rateOutOfRange(let rate): "the rate \(rate) is not positive and finite"
    case .factorCountOutOfRange(let count): "fc = \(count) is no number of factors"
    case .namesNoNode: "an entry has neither name nor index"
    case .unknownNode: "the model has no such node"
    case .indexOutOfRange(let index, let count):
      "the model has no node \(index) among its \(count)"
    case .indexDiffers(let name, let index, let entry):
      "the entry's index is \(entry), but node '\(name)' has index \(index)"
    case .ambiguous(_, let indices): "\(indices.count) nodes have that name"
    case .operatorDiffers(let found, let expected): "the node is a \(found), not a \(expected)"
    case .repeated(let first):
      "a node has a second entry" + (first.map { ", its first in line \($0)" } ?? "")
    case .impossible(let refusal): refusal.sentence
    case .unmet(let reason): "the node cannot be expanded as its entry asks: \(reason.sentence)"
    }
  }

  fileprivate var remedy: String? {
    switch self {
    case .notText, .malformed: "make a plan anew with --plan-out"
    case .entriesAreNoTables: "begin each entry with [[node]]"
    case .unknownKey(let key, let known):
      known.count > 1 ? known.map { Name($0) }.remedy(for: key) : "entries begin with [[node]]"
    case .wrongType: nil
    case .unknownValue(_, _, let allowed): "choose one of \(allowed.joined(separator: ", "))"
    case .rateOutOfRange: "give a positive rate, as rate = 4.0"
    case .factorCountOutOfRange: "give fc = 2 or 3, or strategy = \"none\""
    case .namesNoNode: "add name = \"…\", as expandc inspect shows it"
    case .unknownNode(let name, let known): known.remedy(for: name)
    case .indexOutOfRange, .operatorDiffers: "make a plan of this model with --plan-out"
    case .indexDiffers(_, let index, _): "correct one of them, as index = \(index)"
    case .ambiguous(_, let indices):
      "add one of " + indices.prefix(4).map { "index = \($0)" }.joined(separator: ", ")
    case .repeated: "keep one of them"
    case .impossible(let refusal): refusal.remedyInPlan
    case .unmet: "ask for another strategy, or strategy = \"none\""
    }
  }
}

extension ExpansionRefusal {
  /// What to write into the entry, or the flag that no entry can stand for.
  fileprivate var remedyInPlan: String? {
    switch self {
    case .rateOutOfRange: "give a positive rate, as rate = 4.0"
    case .factorTooLarge: "give the entry a smaller rate, as rate = 4.0"
    case .preserveTooLarge:
      "give the entry strategy = \"CL\", or add --init random to train from scratch"
    case .preserveNeedsWidth(let narrow):
      "give the entry \(narrow.entries), or add --init random to train from scratch"
    default: remedy
    }
  }
}
