import NetworkIR
import OrderedCollections

extension InspectReport {
  /// The longest formula that stands in a column; longer ones take a line of their own.
  private static let longestFormula = 20
  /// The most terms of a sum that are worth reading.
  private static let mostTerms = 4

  func text(width: Int?) -> String {
    let whole = table(notesApart: false)
    let fits = width.map(whole.fits) ?? true
    var lines = [
      "\(file.printable): IR version \(irVersion), opset \(opset)",
      (fits ? whole : table(notesApart: true)).text(width: width),
      "MACs as the paper counts them: \(macs.paper.groupedOrUnknown)",
    ]
    if let symbolicTotal {
      lines.append("MACs in all: " + symbolicTotal.formula(mostTerms: Self.mostTerms))
    }
    if linearUnitCount > 0 { lines += trainingLines }
    return lines.joined(separator: "\n")
  }

  private var trainingLines: [String] {
    [
      "MACs of training, per image: \(trainingMACs.materialized.groupedOrUnknown) materialized, "
        + "\(trainingMACs.online.groupedOrUnknown) online",
      "and online, per step, to compose the kernels of \(linearUnitCount) units: "
        + trainingMACs.compositionPerStep.groupedOrUnknown,
    ]
  }

  /// - Parameter notesApart: give what does not fit into columns lines of its own, and each node
  ///   its index, since names will be cut.
  private func table(notesApart: Bool) -> Table {
    var columns: [Table.Column] = [
      .name("node"), .text("operator"), .text("kernel"), .text("output"), .number("parameters"),
      .number("MACs"),
    ]
    if notesApart {
      columns.insert(.number("#"), at: 0)
    } else {
      columns.append(.text(unitCount > 0 ? "expansion" : "expand would make"))
    }
    var table = Table(columns)
    for (index, node) in nodes.enumerated() {
      let formula = symbolicMACs[index]?.formula(mostTerms: Self.mostTerms) ?? ""
      let isLong = notesApart && formula.count > Self.longestFormula
      table.add(
        first: notesApart ? "\(node.index)" : nil,
        [
          node.name.isEmpty ? "(\(node.index))" : node.name, node.operator,
          node.kernel?.byTimes ?? "",
          node.outputShape.map { $0.map(\.description).joined(separator: "×") } ?? "?",
          node.parameters == 0 ? "" : node.parameters.grouped,
          node.macs.weights == 0
            ? "" : isLong || formula.isEmpty ? node.macs.weights.groupedOrUnknown : formula,
        ],
        last: notesApart ? nil : sentences[index])
      if isLong { table.addNote("MACs: \(formula)") }
      if notesApart, !sentences[index].isEmpty { table.addNote(sentences[index]) }
    }
    table.addRule()
    table.add(
      first: notesApart ? "" : nil,
      ["\(nodes.count) nodes", "", "", "", parameters.grouped, macs.weights.groupedOrUnknown],
      last: notesApart ? nil : "")
    return table
  }
}

extension Table {
  /// Adds a row that may have a first and a last cell besides.
  fileprivate mutating func add(first: String?, _ cells: [String], last: String?) {
    add((first.map { [$0] } ?? []) + cells + (last.map { [$0] } ?? []))
  }
}

extension InspectReport.Unit {
  var sentence: String {
    "factor \(factor) of \(factors) of '\(node)' (\(strategy)\(isNonlinear ? ", nonlinear" : ""))"
  }
}

extension SymbolicCount {
  /// The count with grouped numbers, or how long it is.
  fileprivate func formula(mostTerms: Int) -> String {
    terms.count > mostTerms ? "a sum of \(terms.count) terms; see --json" : text(\.grouped)
  }
}
