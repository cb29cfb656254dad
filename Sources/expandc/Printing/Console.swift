import Foundation
import TensorCore

/// Prints for people and machines, and notices when that fails.
struct Console {
  /// Prints `text` and a line's end on standard output; throws where it can't be written.
  static func print(_ text: String) throws(FileError) {
    let output = AtomicFile(descriptor: STDOUT_FILENO, path: "standard output")
    try output.write(Array((text + "\n").utf8))
    try output.commit()
  }

  /// Prints one line on standard error, where a failure has nobody to tell.
  static func complain(_ line: String) {
    tell(line + "\n")
  }

  /// Writes text on standard error as it is; where that can't be done, there is nobody to tell.
  static func tell(_ text: String) {
    let output = AtomicFile(descriptor: STDERR_FILENO, path: "standard error")
    try? output.write(Array(text.utf8))
    try? output.commit()
  }

  static func warn(_ sentence: String) {
    complain("expandc: warning: " + sentence.printable)
  }

  let isJSON: Bool
  let isQuiet: Bool
  /// Where reports go: standard error where standard output carries the model.
  var reportsOnStandardError = false

  /// Where `show` prints.
  private var descriptor: Int32 { reportsOnStandardError ? STDERR_FILENO : STDOUT_FILENO }

  /// True where a report may have colours.
  var allowsColors: Bool { !isJSON && Terminal.allowsColors(descriptor) }

  /// Shows what the command found: a table, or JSON where that was asked for.
  func show(_ report: some Report) throws {
    guard isJSON || !isQuiet else { return }
    let text = try isJSON ? JSONOutput.text(report) : report.text(width: Terminal.width(descriptor))
    if reportsOnStandardError { Self.complain(text) } else { try Self.print(text) }
  }
}

/// What a command found, in JSON with stable keys and in words.
protocol Report: Encodable {
  /// Tables and sentences, in lines of at most `width` characters where that is given.
  func text(width: Int?) -> String
}
