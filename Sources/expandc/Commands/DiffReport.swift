import NetworkIR

/// How two models differ.
struct DiffReport: Report {
  struct Weight: Encodable {
    let name: String
    /// What differs: its elements, its type or shape, or that only one model has it.
    let difference: String
    let changed: Int?
    let maxAbsolute: Double?
    let relativeNorm: Double?
  }

  let equal: Bool
  let structure: [DifferenceText]
  let metadata: [DifferenceText]
  let weights: [Weight]
  private let isSummary: Bool
  private let paths: (String, String)

  private enum CodingKeys: CodingKey {
    case equal, structure, metadata, weights
  }

  init(_ diff: GraphDiff, _ first: String, _ second: String, isSummary: Bool) {
    equal = diff.isEqual
    structure = diff.structure.map(DifferenceText.init)
    metadata = diff.metadata.map(DifferenceText.init)
    weights = diff.weights.map { Weight($0, first, second) }
    self.isSummary = isSummary
    paths = (first.printable, second.printable)
  }

  func text(width: Int?) -> String {
    guard !equal else { return "\(paths.0) and \(paths.1) are the same." }
    var parts: [String] = []
    if !isSummary {
      parts += (structure + metadata).map { $0.line(paths) }
      if !weights.isEmpty { parts.append(weightTable.text(width: width)) }
    }
    return (parts + [summary]).joined(separator: "\n")
  }

  private var weightTable: Table {
    var table = Table(
      .text("weight"), .text("difference"), .number("elements"), .number("largest |Δ|"),
      .number("‖Δ‖/‖w‖"))
    for weight in weights {
      table.add(
        weight.name, weight.difference, weight.changed?.grouped ?? "",
        weight.maxAbsolute?.significant(3) ?? "", weight.relativeNorm?.significant(3) ?? "")
    }
    return table
  }

  private var summary: String {
    func count(_ number: Int, _ noun: String) -> String {
      switch number {
      case 0: "same \(noun)"
      case 1: "1 difference of \(noun)"
      default: "\(number.grouped) differences of \(noun)"
      }
    }
    let largest = weights.compactMap(\.maxAbsolute).max()
    let verb = weights.count == 1 ? "1 weight differs" : "\(weights.count.grouped) weights differ"
    let weightPart =
      weights.isEmpty
      ? "same weights" : verb + (largest.map { ", by at most \($0.significant(3))" } ?? "")
    return [
      count(structure.count, "structure"), count(metadata.count, "metadata"), weightPart,
    ].joined(separator: "; ") + "."
  }
}

extension DiffReport.Weight {
  init(_ difference: WeightDifference, _ first: String, _ second: String) {
    name = difference.name.description
    var change: WeightChange?
    switch difference {
    case .onlyIn(let operand, _, let type):
      self.difference = "only in \(operand == .first ? first : second): \(type.sentence)"
    case .type(_, let a, let b): self.difference = "\(a.sentence) → \(b.sentence)"
    case .elements(_, let elements):
      self.difference = "elements"
      change = elements
    }
    changed = change?.count
    maxAbsolute = change?.maximum
    relativeNorm = change?.relativeNorm
  }
}
