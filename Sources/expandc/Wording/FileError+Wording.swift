import Foundation
import TensorCore

extension FileError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .missing(let path):
      Diagnostic(.missingInput, "there is no file \(path)", next: "check the path")
    case .unreadable(let path, let errno):
      Diagnostic(.missingInput, "cannot read \(path.asInput)", at: errno.reason)
    case .cannotCreate(let path, let errno):
      Diagnostic(
        .cannotCreate, "cannot create \(path)", at: errno.reason,
        next: "choose another place for it")
    case .cannotWrite(let path, let errno):
      Diagnostic(
        .cannotWrite, "cannot write \(path == "-" ? "standard output" : path)", at: errno.reason,
        next: "what was there is unchanged")
    }
  }
}

extension Int32 {
  /// The system's words for an error number, in the middle of a sentence.
  var reason: String {
    let words = String(cString: strerror(self))
    return words.prefix(1).lowercased() + words.dropFirst()
  }
}
