/// Rows under headings: text to the left, numbers to the right.
struct Table {
  struct Column {
    let title: String
    let isNumeric: Bool

    /// Names differ at their ends: what is too long loses its middle.
    var isName = false
    /// Whether it is shortened before any other column is.
    var makesWay = false

    static func text(_ title: String) -> Column { Column(title: title, isNumeric: false) }
    static func detail(_ title: String) -> Column {
      Column(title: title, isNumeric: false, makesWay: true)
    }
    static func number(_ title: String) -> Column { Column(title: title, isNumeric: true) }
    static func name(_ title: String) -> Column {
      Column(title: title, isNumeric: false, isName: true)
    }
  }

  private static let gap = 2
  /// What a column of text keeps at least when the terminal is narrow.
  private static let narrowest = 8

  private let columns: [Column]
  private var rows: [[String]] = []
  private var ruledRows: Set<Int> = []
  /// The lines under a row.
  private var notes: [Int: [String]] = [:]

  init(_ columns: Column...) {
    self.init(columns)
  }

  init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row of as many cells as there are columns.
  mutating func add(_ cells: String...) {
    add(cells)
  }

  mutating func add(_ cells: [String]) {
    rows.append(cells.map(\.printable))
  }

  /// Writes a line of its own under the last row.
  mutating func addNote(_ text: String) {
    notes[rows.count - 1, default: []].append("  " + text.printable)
  }

  /// Draws a line before the next row.
  mutating func addRule() {
    ruledRows.insert(rows.count)
  }

  /// The table, in lines of at most `width` characters where that is given and can be done by
  /// shortening text.
  func text(width: Int?) -> String {
    let extents = fitted(naturalExtents, to: width)
    let rule = String(repeating: "─", count: Self.total(extents))
    var lines = [line(columns.map(\.title), extents), rule]
    for (index, row) in rows.enumerated() {
      if ruledRows.contains(index) { lines.append(rule) }
      lines.append(line(row, extents))
      lines += (notes[index] ?? []).map { line in width.map { line.truncated(to: $0) } ?? line }
    }
    return lines.joined(separator: "\n")
  }

  /// Whether lines of `width` characters hold every cell whole.
  func fits(_ width: Int) -> Bool { Self.total(naturalExtents) <= width }

  private static func total(_ extents: [Int]) -> Int {
    extents.reduce(0, +) + gap * max(0, extents.count - 1)
  }

  private var naturalExtents: [Int] {
    columns.indices.map { column in
      rows.reduce(columns[column].title.count) { max($0, $1[column].count) }
    }
  }

  /// Takes from columns that make way, then from the widest column of text, until the row fits or
  /// nothing more can be taken.
  private func fitted(_ natural: [Int], to width: Int?) -> [Int] {
    var extents = natural
    guard let width else { return extents }
    var excess = Self.total(extents) - width
    while excess > 0 {
      let shrinkable = extents.indices.filter {
        !columns[$0].isNumeric && extents[$0] > max(Self.narrowest, columns[$0].title.count)
      }
      let first = shrinkable.filter { columns[$0].makesWay }
      let widest = (first.isEmpty ? shrinkable : first).max { extents[$0] < extents[$1] }
      guard let widest else { break }
      extents[widest] -= 1
      excess -= 1
    }
    return extents
  }

  private func line(_ cells: [String], _ extents: [Int]) -> String {
    let fitted = cells.indices.map { column in
      cells[column].truncated(to: extents[column], inTheMiddle: columns[column].isName)
        .padded(to: extents[column], rightAligned: columns[column].isNumeric)
    }
    let line = fitted.joined(separator: String(repeating: " ", count: Self.gap))
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}
