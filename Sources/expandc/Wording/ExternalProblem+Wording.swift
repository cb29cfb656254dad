import Foundation
import NetworkIR
import ONNXFormat

extension ExternalProblem: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .noFolder:
      Diagnostic(
        .missingInput, "its data lies in another file, and standard input has no folder",
        next: "give the model's path")
    case .missingLocation:
      Diagnostic(.malformed, "its external data has no location")
    case .unknownKey(let key):
      Diagnostic(.malformed, "its external data has the unknown key '\(key)'")
    case .duplicateKey(let key):
      Diagnostic(.malformed, "its external data has the key '\(key)' twice")
    case .invalidNumber(let key, let value):
      Diagnostic(.malformed, "the \(key) of its external data is '\(value)'")
    case .outsideFolder(let path):
      Diagnostic(.malformed, "its data lies outside of the model's folder, '\(path)'")
    case .linked(let path):
      Diagnostic(
        .malformed, "its data '\(path)' is reached by a link",
        next: "add --allow-linked-data if you trust the file")
    case .notRegular(let path):
      Diagnostic(.malformed, "its data '\(path)' is no regular file")
    case .unreadable(let path, let errno):
      Diagnostic(
        .missingInput, "cannot read its data '\(path)'", at: errno.reason,
        next: "keep the data file beside the model")
    case .lengthMismatch(let found, let expected):
      Diagnostic(
        .malformed,
        "its external data has \(found.grouped) bytes where its shape takes \(expected.grouped)")
    case .outOfBounds(let path, let offset, let length, let fileSize):
      Diagnostic(
        .malformed,
        "its data '\(path)' has \(fileSize.grouped) bytes, and \(length.grouped) from "
          + "\(offset.grouped) are asked for")
    }
  }
}
