import Foundation
import TensorCore

extension FileError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .missing(let path):
      Diagnostic(.missingInput, "there is no file \(path)", next: "check the path")
    case .unreadable(let path, let errno):
      Diagnostic(
        .missingInput, "cannot read \(path.asInput)", at: errno.reason,
        next: Self.remedy(errno, path))
    case .cannotCreate(let path, let errno):
      Diagnostic(
        .cannotCreate, "cannot create \(path)", at: errno.reason,
        next: "choose another place for it")
    case .cannotWrite(let path, let errno):
      Diagnostic(
        .cannotWrite, "cannot write \(path == "-" ? "standard output" : path)", at: errno.reason,
        next: "what was there is unchanged")
    case .protected(let path):
      Diagnostic(
        .cannotCreate, "cannot replace \(path)", at: "it is read-only",
        next: "choose another place for it, or allow it: chmod u+w \(path)")
    }
  }

  /// What helps against each cause that reading fails for.
  private static func remedy(_ errno: Int32, _ path: String) -> String {
    switch errno {
    case EISDIR: "give the path of a file in it"
    case EACCES, EPERM:
      path == "-" ? "give a file that you may read" : "allow it: chmod u+r \(path)"
    case ENOMEM: "raise the limit of `ulimit -v`, or give a smaller file"
    default: "check the path, and that the file's disk works"
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
