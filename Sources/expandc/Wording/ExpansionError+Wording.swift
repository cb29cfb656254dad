import Expansion
import NetworkIR

extension ExpansionError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .impossible(let node, let index, let refusal):
      Diagnostic(.usage, refusal.sentence, at: place(of: node, index), next: refusal.remedy)
    case .unmet(let node, let index, let reason):
      Diagnostic(
        .malformed, "a node cannot be expanded as the plan asks: \(reason.sentence)",
        at: place(of: node, index), next: "ask for another strategy, or strategy = \"none\"")
    case .patternMatchesNothing(let list, let pattern, let known):
      Diagnostic(
        .usage, "--\(list.rawValue) '\(pattern)' matches no node that holds weights",
        next: known.remedy(for: pattern))
    case .rateOutOfRange(let rate):
      Diagnostic(
        .usage, ExpansionRefusal.rateOutOfRange(rate).sentence,
        next: "give a positive rate, as -r 4")
    case .factorCountOutOfRange(let count):
      Diagnostic(.usage, "--fc \(count) is no number of factors", next: "choose --fc 0, 2 or 3")
    case .nonlinearKeepsNoFunction:
      Diagnostic(
        .usage, "with a ReLU between them no factors compute what the compact node did",
        next: "add --init random in place of --init preserve")
    case .rewriting(let error): error.diagnostic
    case .provenance(let error): error.diagnostic
    case .provenanceNotRecordable:
      Diagnostic(.unsupported, "the units cannot be recorded in the model's metadata")
    }
  }
}
