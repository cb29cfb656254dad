import Foundation
import TOMLKit
import TensorCore

extension PlanFile {
  /// Reads the file and checks all that can be checked without a model.
  ///
  /// Throws `FileError` and `PlanFileError`.
  init(reading path: String) throws {
    let bytes = try MappedFile(path: path).withBytes { Array($0) }
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw PlanFileError(path: path, problem: .notText)
    }
    self.path = path
    entries = []
    let document: TOMLTable
    do { document = try TOMLTable(string: text) } catch let error as TOMLParseError {
      throw PlanFileError(
        path: path, line: error.source.begin.line,
        problem: .malformed(column: error.source.begin.column, error.description))
    }
    for key in document.keys.sorted() where key != Self.heading {
      throw PlanFileError(path: path, problem: .unknownKey(key, known: [Self.heading]))
    }
    guard let list = document[Self.heading] else { return }
    guard let tables = list.array?.map(\.table) else {
      throw PlanFileError(path: path, problem: .entriesAreNoTables)
    }
    let lines = Self.headingLines(text)
    for (position, table) in tables.enumerated() {
      guard let table else { throw PlanFileError(path: path, problem: .entriesAreNoTables) }
      // Written in another way, the headings do not tell where the entries are.
      let line = lines.count == tables.count ? lines[position] : nil
      let reader = PlanEntryReader(table: table, path: path, line: line)
      entries.append(try reader.entry())
    }
  }

  /// The lines that hold `[[node]]`.
  private static func headingLines(_ text: String) -> [Int] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .filter { _, line in
        let line = line.filter { !$0.isWhitespace }
        return line == "[[\(heading)]]" || line.hasPrefix("[[\(heading)]]#")
      }
      .map { $0.offset + 1 }
  }
}
