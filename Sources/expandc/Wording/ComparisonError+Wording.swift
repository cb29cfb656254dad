import Execution
import NetworkIR

extension ComparisonError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .differentInputs(let first, let second):
      Diagnostic(
        .malformed, "the inputs differ: \(first.quotedList) and \(second.quotedList)",
        next: "only networks of the same inputs, in the same order, can be compared")
    case .differentOutputs(let first, let second):
      Diagnostic(
        .malformed, "the outputs differ: \(first.quotedList) and \(second.quotedList)",
        next: "only networks of the same outputs, in the same order, can be compared")
    case .differentInputShapes(let name, let first, let second):
      Diagnostic(
        .malformed,
        "the input '\(name)' is \(first.byTimes) in one and \(second.byTimes) in the other",
        next: "only networks that take inputs of the same shapes can be compared")
    case .differentOutputShapes(let name, let first, let second):
      Diagnostic(
        .malformed,
        "the output '\(name)' is \(first.byTimes) from one and \(second.byTimes) from the other",
        next: "see with expandc inspect at which node the shapes part")
    case .input(let error): error.diagnostic
    case .execution(.first, let error): error.diagnostic.within("first network")
    case .execution(.second, let error): error.diagnostic.within("second network")
    }
  }
}
