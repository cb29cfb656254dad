import ArgumentParser

/// One line for people: what was wrong, where, and what to do next.
struct Diagnostic: Error {
  let status: ExitStatus
  let what: String
  /// File, node, tensor, offset: whatever narrows it down.
  var place: String?
  /// What to do next, with the flag to paste.
  var next: String?

  init(_ status: ExitStatus, _ what: String, at place: String? = nil, next: String? = nil) {
    self.status = status
    self.what = what
    self.place = place
    self.next = next
  }

  /// What was wrong, and where.
  var sentence: String { [what, place].compactMap(\.self).joined(separator: ", ") }

  var line: String {
    "expandc: error: "
      + [sentence, next].compactMap(\.self).joined(separator: "; ").printable
  }

  /// The same, with `place` before what it says of the place already.
  func within(_ outer: String) -> Diagnostic {
    var copy = self
    copy.place = [outer, place].compactMap(\.self).joined(separator: ", ")
    return copy
  }
}

/// An error of one of the packages, which this target has words for.
protocol Worded: Error {
  var diagnostic: Diagnostic { get }
}

extension Diagnostic {
  /// The words for `error`; nil for what the argument parser throws.
  init?(_ error: any Error) {
    switch error {
    case let diagnostic as Diagnostic: self = diagnostic
    case let worded as any Worded: self = worded.diagnostic
    default: return nil
    }
  }

  /// The argument parser's words for a usage error of `command`, in one line.
  init(
    usage error: any Error, in command: any ParsableCommand.Type,
    arguments: [String] = CommandLine.arguments
  ) {
    var words = command.message(for: error).split(whereSeparator: \.isNewline)
      .joined(separator: " ")
    while words.hasSuffix(".") { words.removeLast() }
    self.init(
      .usage, words,
      next: Self.joinedValue(words, arguments)
        ?? "see \(Self.help(in: command.fullMessage(for: error)) ?? "expandc --help")")
  }

  /// The call for help that the parser recommends, which names the command that was meant.
  private static func help(in message: String) -> String? {
    message.split(separator: "'").first { $0.hasPrefix("expandc") && $0.hasSuffix("--help") }
      .map(String.init)
  }

  /// What to write for a value that was taken for an option, since it begins with a dash.
  private static func joinedValue(_ words: String, _ arguments: [String]) -> String? {
    guard words.hasPrefix("Missing value for"),
      let index = arguments.indices.dropLast().first(where: {
        arguments[$0].hasPrefix("-") && words.contains("'\(arguments[$0]) ")
          && arguments[$0 + 1].hasPrefix("-")
      }), Double(arguments[index + 1]) != nil
    else { return nil }
    let joined = arguments[index...].prefix(2).joined(separator: "=")
    return "a value that begins with - goes behind =, as \(joined)"
  }
}

/// Runs `body`, and says in the words of its error that it concerns `place`.
func concerning<R>(_ place: String, _ body: () throws -> R) throws -> R {
  do {
    return try body()
  } catch {
    guard let diagnostic = Diagnostic(error) else { throw error }
    throw diagnostic.within(place)
  }
}
