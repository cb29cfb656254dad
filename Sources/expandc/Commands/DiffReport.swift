import NetworkIR

/// How two models differ, a sign before each difference: - only the first has it, + only the
/// second, ~ it differs.
///
/// In words a unit beside the node that it stands for is one difference; the keys for machines hold
/// its nodes and weights too.
struct DiffReport: Report {
  let equal: Bool
  let structure: [DifferenceText]
  let metadata: [DifferenceText]
  let weights: [DiffWeight]
  let units: [DiffUnit]
  private let diff: GraphDiff
  private let style: Style
  private let paths: (String, String)

  struct Style {
    let isSummary: Bool
    let isColored: Bool
  }

  private enum CodingKeys: CodingKey {
    case equal, structure, metadata, weights, units
  }

  init(
    _ diff: GraphDiff, units: [DiffUnit], _ first: String, _ second: String, _ style: Style
  ) {
    equal = diff.isEqual
    structure = diff.structure.map(DifferenceText.init)
    metadata = diff.metadata.map(DifferenceText.init)
    weights = diff.weights.map { DiffWeight($0, first, second) }
    self.units = units
    self.diff = diff
    self.style = style
    paths = (first.printable, second.printable)
  }

  func text(width: Int?) -> String {
    guard !equal else { return "\(paths.0) and \(paths.1) are the same." }
    var parts: [String] = []
    if style.isSummary {
      parts.append(summary.table(width: width))
    } else {
      let lines =
        ["--- \(paths.0)", "+++ \(paths.1)"]
        + units.map { "\(DiffSign.changed.rawValue) \($0.line)" }
        + (ownStructure.map(DifferenceText.init) + ownMetadata.map(DifferenceText.init))
        .map(\.line)
      parts += width.map { width in lines.map { $0.truncated(to: width) } } ?? lines
      if !ownWeights.isEmpty { parts.append(weightTable.text(width: width)) }
    }
    let text = (parts + [sentence]).joined(separator: "\n")
    return style.isColored && !style.isSummary ? DiffSign.colored(text) : text
  }

  /// What belongs to no unit, and so is printed on its own.
  private var ownStructure: [StructureDifference] {
    diff.structure.filter { difference in !isInUnit(difference.output) }
  }

  private var ownMetadata: [MetadataDifference] {
    diff.metadata.filter { difference in
      if case .nodeEntry(let output, _, _, _) = difference { return !isInUnit(output) }
      return true
    }
  }

  private var ownWeights: [WeightDifference] {
    diff.weights.filter { difference in
      if case .onlyIn(_, let name, _) = difference { return !isInUnit(name) }
      return true
    }
  }

  private func isInUnit(_ value: Name?) -> Bool {
    value.map { value in units.contains { $0.values.contains(value) } } ?? false
  }

  private var weightTable: Table {
    var table = Table(
      .text(""), .name("weight"), .text("difference"), .number("elements"),
      .number("largest |Δ|"), .number("‖Δ‖/‖w‖"))
    for difference in ownWeights {
      let weight = DiffWeight(difference, paths.0, paths.1)
      table.add(
        weight.sign.rawValue, weight.name, difference.words, weight.changed?.grouped ?? "",
        weight.maxAbsolute?.significant(3) ?? "", weight.relativeNorm?.significant(3) ?? "")
    }
    return table
  }

  private var summary: DiffSummary {
    let own = ownStructure
    return DiffSummary(kinds: [
      .init(name: "units", signs: units.map { _ in .changed }),
      .init(
        name: "inputs and outputs", signs: own.filter { $0.output == nil }.map(\.sign)),
      .init(
        name: "nodes", signs: own.filter { $0.output != nil && !$0.isAttribute }.map(\.sign)),
      .init(name: "attributes", signs: own.filter(\.isAttribute).map(\.sign)),
      .init(name: "metadata", signs: ownMetadata.map(\.sign)),
      .init(name: "weights", signs: ownWeights.map(\.sign)),
    ])
  }

  private var sentence: String {
    func count(_ number: Int, _ noun: String) -> String {
      switch number {
      case 0: "same \(noun)"
      case 1: "1 difference of \(noun)"
      default: "\(number.grouped) differences of \(noun)"
      }
    }
    let unitPart =
      units.isEmpty
      ? [] : [units.count == 1 ? "1 unit beside a node" : "\(units.count) units beside a node each"]
    let own = ownWeights
    let largest = weights.compactMap(\.maxAbsolute).max()
    let verb = own.count == 1 ? "1 weight differs" : "\(own.count.grouped) weights differ"
    let others = units.isEmpty ? "" : "other "
    let weightPart =
      own.isEmpty
      ? "same \(others)weights" : verb + (largest.map { ", by at most \($0.significant(3))" } ?? "")
    return
      (unitPart + [
        count(ownStructure.count, "\(others)structure"), count(ownMetadata.count, "metadata"),
        weightPart,
      ]).joined(separator: "; ") + "."
  }
}

extension StructureDifference {
  fileprivate var isAttribute: Bool {
    if case .nodeAttribute = self { true } else { false }
  }
}
