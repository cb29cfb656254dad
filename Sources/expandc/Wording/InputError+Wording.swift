import Execution
import NetworkIR

extension InputError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .unknown(let name, let known):
      Diagnostic(
        .usage, "there is no input '\(name)'", next: "the inputs are \(known.quotedList)")
    case .missing(let name):
      Diagnostic(
        .usage, "the input '\(name)' is given nothing", next: "add --input \(name)=X.npy")
    case .elementType(let name, let expected, let given):
      Diagnostic(
        .malformed, "the input '\(name)' takes \(expected) and was given \(given)",
        next: "convert what it is given")
    case .notGiven(let name, let type):
      Diagnostic(
        .unsupported, "cannot make up elements of type \(type) for the input '\(name)'",
        next: "give it as --input \(name)=X.npy")
    case .unsupportedElementType(let name, let type):
      Diagnostic(
        .unsupported, "cannot run on the input '\(name)' of type \(type)",
        next: "export the model with inputs of float or integers")
    case .shape(let name, let expected, let given):
      Diagnostic(
        .malformed, "the input '\(name)' takes \(expected.byTimes) and was given \(given.byTimes)",
        next: "give it \(expected.byTimes)")
    case .open(let name, let dimensions, let suggested):
      Diagnostic(
        .usage,
        "the input '\(name)' has open extents" + (dimensions.map { ": \($0.byTimes)" } ?? ""),
        next: "give them as --input-shape \(name)="
          + suggested.map(String.init).joined(separator: ","))
    case .notANumber(let name):
      Diagnostic(
        .malformed, "what is given to '\(name)' has elements that are not numbers",
        next: "give it numbers")
    case .tooLarge(let name, let shape):
      Diagnostic(
        .usage, "the input '\(name)' of \(shape.byTimes) is too large for a run",
        next: "give it a smaller shape")
    }
  }
}

extension [Name] {
  /// Names as 'a', 'b'.
  var quotedList: String { map { "'\($0)'" }.joined(separator: ", ") }
}
