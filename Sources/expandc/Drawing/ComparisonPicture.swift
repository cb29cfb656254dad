import NetworkIR

/// What `diff --svg` draws: both models side by side.
enum ComparisonPicture {
  static func draw(
    _ models: (Model, Model), _ diff: GraphDiff, _ paths: (ModelPath, ModelPath),
    to file: PictureFile
  ) throws {
    try file.check(inputs: [paths.0, paths.1], flag: "--svg")
    let comparison = DiagramComparison(models, diff)
    for (diagram, path) in zip(comparison.diagrams, [paths.0, paths.1]) {
      try GraphPicture.check(diagram, of: path)
    }
    let headings = zip([paths.0, paths.1], [models.0.graph, models.1.graph]).map {
      [$0.description.asInput.shortened, $1.sizeSentence]
    }
    let picture = Picture(comparison, headings: headings, captions: legend(comparison))
    try file.write(SVGDocument(picture).description)
  }

  private static func legend(_ comparison: DiagramComparison) -> [String] {
    var lines = [GraphPicture.boxLegend]
    var words: [String] = []
    if !comparison.links.isEmpty {
      words.append("Dashed: a unit, its factors beside the node that they stand for.")
    }
    let signs = Set(comparison.diagrams.flatMap(\.boxes).compactMap(\.sign))
    let meanings: [(DiffSign, String)] = [
      (.onlyInFirst, "− only at the left"), (.onlyInSecond, "+ only at the right"),
      (.changed, "~ differs"),
    ]
    let used = meanings.filter { signs.contains($0.0) }.map(\.1)
    if !used.isEmpty { words.append("Signs: " + used.joined(separator: ", ") + ".") }
    if !words.isEmpty { lines.append(words.joined(separator: " ")) }
    let hidden = comparison.diagrams.map(\.hiddenCount)
    if hidden.contains(where: { $0 > 0 }) {
      lines.append(
        "Not drawn: nodes that only make constants (\(hidden[0]) and \(hidden[1])).")
    }
    return lines
  }
}

extension String {
  /// The end of a long path, where the file's name is.
  fileprivate var shortened: String {
    let limit = 40
    return (count <= limit ? self : "…" + suffix(limit - 1)).printable
  }
}
