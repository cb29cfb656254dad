import NetworkIR
import Rewriting

extension PassError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .patch(let error, let node): error.diagnostic.within("node '\(node)'")
    case .verification(let error): error.diagnostic
    case .noFixpoint(let sweeps):
      Diagnostic(.unsupported, "a rewrite found no end in \(sweeps) sweeps")
    }
  }
}

extension PatchError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .removesUnknownNode:
      Diagnostic(.unsupported, "a rewrite removes a node that is not in the graph")
    case .replacesNoInitializer(let name):
      Diagnostic(.unsupported, "a rewrite replaces '\(name)', which is no initializer")
    case .invalid(let error): error.diagnostic
    }
  }
}
