import ArgumentParser
import Foundation
import NetworkIR
import TensorCore

/// A file for an input or an output, as NAME=X.npy; X.npy alone where there is one; - for a standard
/// stream.
struct NamedTensor: ExpressibleByArgument {
  let name: Name?
  let path: ModelPath

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    name = parts.count == 2 ? Name(String(parts[0])) : nil
    guard let path = ModelPath(argument: String(parts[parts.count - 1])), !(name?.isEmpty ?? false)
    else { return nil }
    self.path = path
  }

  static var defaultCompletionKind: CompletionKind { .file(extensions: ["npy"]) }
}

extension [NamedTensor] {
  /// The paths by name, each of which is one of `known`.
  ///
  /// - Parameter role: the flag and what it names: `input`, `output`.
  func paths(_ role: String, known: [Name]) throws -> [Name: ModelPath] {
    var paths: [Name: ModelPath] = [:]
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

extension ModelPath {
  func readTensor() throws -> Tensor {
    switch self {
    case .file(let path): try NumPyFile.read(path)
    case .standardStream:
      try NumPyFile.read(MappedFile(descriptor: STDIN_FILENO, path: "standard input"))
    }
  }

  func write(_ tensor: Tensor) throws {
    switch self {
    case .file(let path): try NumPyFile.write(tensor, to: path)
    case .standardStream:
      try NumPyFile.write(tensor, to: AtomicFile(descriptor: STDOUT_FILENO, path: description))
    }
  }
}

extension [ModelPath] {
  /// Whether a standard stream, which is read or written once, is named more often.
  var sharesStandardStream: Bool { count { $0 == .standardStream } > 1 }
}
