import NetworkIR

extension VerificationError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .defined(let name):
      Diagnostic(.malformed, "the value '\(name)' is defined twice")
    case .undefined(let value, let node):
      Diagnostic(.malformed, "nothing defines the value '\(value)'", at: "node '\(node)'")
    case .usedBeforeDefinition(let value, let node):
      Diagnostic(
        .malformed, "the value '\(value)' is used before it is defined", at: "node '\(node)'")
    case .undefinedOutput(let name):
      Diagnostic(.malformed, "nothing defines the output '\(name)'")
    case .inconsistentIndex(let name):
      Diagnostic(.malformed, "the uses of the value '\(name)' are inconsistent")
    }
  }
}
