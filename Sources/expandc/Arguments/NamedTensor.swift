import ArgumentParser
import NetworkIR

/// A file for an input or an output, as NAME=X.npy; X.npy alone where there is one.
struct NamedTensor: ExpressibleByArgument {
  let name: Name?
  let path: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    name = parts.count == 2 ? Name(String(parts[0])) : nil
    path = String(parts[parts.count - 1])
    if path.isEmpty || name?.isEmpty ?? false { return nil }
  }

  static var defaultCompletionKind: CompletionKind { .file(extensions: ["npy"]) }
}

extension [NamedTensor] {
  /// The paths by name, each of which is one of `known`.
  ///
  /// - Parameter role: the flag and what it names: `input`, `output`.
  func paths(_ role: String, known: [Name]) throws -> [Name: String] {
    var paths: [Name: String] = [:]
    for tensor in self {
      guard let name = tensor.name ?? (known.count == 1 ? known[0] : nil) else {
        throw Diagnostic(
          .usage, "the \(role)s are \(known.quotedList)",
          next: "say which with --\(role) NAME=\(tensor.path)")
      }
      guard known.contains(name) else {
        throw Diagnostic(
          .usage, "there is no \(role) '\(name)'", next: "the \(role)s are \(known.quotedList)")
      }
      guard paths.updateValue(tensor.path, forKey: name) == nil else {
        throw Diagnostic(.usage, "the \(role) '\(name)' is named twice")
      }
    }
    return paths
  }
}
