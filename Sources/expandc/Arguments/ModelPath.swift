import ArgumentParser
import Foundation
import NetworkIR
import ONNXFormat
import TensorCore

/// Where a model or a tensor is read or written: a file, or a standard stream where that is “-”.
enum ModelPath: Hashable {
  case standardStream
  case file(String)

  init(_ text: String) {
    self = text == "-" ? .standardStream : .file(text)
  }

  /// The name of what a command makes of this model, beside it: `X.onnx` gives `X.WORD.onnx`, and a
  /// standard stream the other one.
  func derived(_ word: String) -> ModelPath {
    guard case .file(let path) = self else { return self }
    let ending = ".onnx"
    let stem = path.hasSuffix(ending) ? String(path.dropLast(ending.count)) : path
    return .file("\(stem).\(word)\(ending)")
  }

  /// The output that the flag names, or else the derived one; never the input itself, nor what else
  /// is read.
  ///
  /// Throws where no file can be made there, before the work that the file is to hold is done. Of
  /// the data files that the input and the output may have beside them nothing is known yet:
  /// `write` checks that the one is not the other.
  static func output(
    _ requested: ModelPath?, of input: ModelPath, reading others: [ModelPath] = [], word: String
  ) throws -> ModelPath {
    let output = requested ?? input.derived(word)
    guard case .file(let path) = output else { return output }
    try checkOutput(path, of: [input] + others)
    return output
  }

  /// Throws where a file at `path`, which `flag` gives, would overwrite one of the inputs, or can't
  /// be made.
  static func checkOutput(
    _ path: String, of inputs: [ModelPath], flag: String = "-o", subject: String = "output"
  ) throws {
    for case .file(let input) in inputs where sameFile(path, input) {
      throw Diagnostic(
        .usage, "the \(subject) would overwrite the input \(input)",
        next: "choose another name with \(flag)")
    }
    try checkCreatable(path)
  }

  /// Begins a file at `path` and drops it, and one where its data would be, if there is one; pipes
  /// and devices are left alone.
  private static func checkCreatable(_ path: String) throws(FileError) {
    guard ModelPath.file(path).isRegularFile else { return }
    _ = try AtomicFile(path: path)
    let data = path + ".data"
    if access(data, F_OK) == 0 { _ = try AtomicFile(path: data) }
  }

  /// Whether a file beside it can bear its name and more: no stream, pipe or device.
  var isRegularFile: Bool {
    guard case .file(let path) = self else { return false }
    var status = stat()
    return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
  }

  /// The file's name without its folders.
  var lastComponent: String {
    guard case .file(let path) = self else { return "-" }
    return path.split(separator: "/").last.map(String.init) ?? path
  }

  private static func sameFile(_ a: String, _ b: String) -> Bool {
    var (first, second) = (stat(), stat())
    guard stat(a, &first) == 0, stat(b, &second) == 0 else { return a == b }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }
}

extension ModelPath {
  func read(allowsLinkedData: Bool = false) throws -> Model {
    try ONNXFile.read(description, allowsLinkedData: allowsLinkedData)
  }

  /// Writes the model as `ONNXFile.write` does: its data file, if it has one, and then itself.
  ///
  /// - Parameter confirm: where it throws, nothing is written. It is called as late as that can be
  ///   promised: before a file takes its place, but before the first byte goes to anything else.
  @discardableResult
  func write(_ model: Model, confirming confirm: () throws -> Void = {}) throws -> [String] {
    guard isRegularFile else {
      try confirm()
      return try ONNXFile.write(model, to: description)
    }
    return try ONNXFile.write(model, to: description, confirming: confirm)
  }
}

extension ModelPath: ExpressibleByArgument {
  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    self.init(argument)
  }

  static var defaultCompletionKind: CompletionKind { .file(extensions: ["onnx"]) }
}

extension ModelPath: CustomStringConvertible {
  var description: String {
    switch self {
    case .standardStream: "-"
    case .file(let path): path
    }
  }
}
