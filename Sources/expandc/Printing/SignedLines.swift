import Foundation
import NetworkIR

extension Terminal {
  /// Whether to print in colours: on a terminal that knows them, unless `NO_COLOR` is set.
  static func allowsColors(_ descriptor: Int32) -> Bool {
    let environment = ProcessInfo.processInfo.environment
    return isTerminal(descriptor) && environment["NO_COLOR", default: ""].isEmpty
      && environment["TERM"] != "dumb"
  }
}

extension DiffSign {
  private var colorCode: Int {
    switch self {
    case .onlyInFirst: 31
    case .onlyInSecond: 32
    case .changed: 33
    }
  }

  /// The lines of `text`, those that begin with a sign in its colour.
  static func colored(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let sign = line.first.flatMap { DiffSign(rawValue: String($0)) }
      return sign.map { "\u{1B}[\($0.colorCode)m\(line)\u{1B}[0m" } ?? String(line)
    }.joined(separator: "\n")
  }
}
