import Expansion
import NetworkIR

/// What `inspect` draws: a model's graph.
struct GraphPicture {
  /// More boxes than this nobody can follow in one picture, and the time to lay them out grows with
  /// the square.
  static let largestCount = 5_000

  private let diagram: Diagram
  private let heading: String
  private let captions: [String]

  /// - Parameter file: what the heading says.
  init(_ model: Model, _ units: [ExpandedUnit], of file: String) {
    diagram = Diagram(model.graph, units: units)
    heading = file.printable
    captions = [model.graph.sizeSentence] + Self.legend(diagram, hasUnits: !units.isEmpty)
  }

  /// Draws what the options ask for.
  static func draw(
    _ model: Model, _ units: [ExpandedUnit], _ options: PictureOptions, of input: ModelPath
  ) throws {
    guard options.svg != nil || options.dot != nil else { return }
    try options.svg?.check(inputs: [input], flag: "--svg")
    try options.dot?.check(inputs: [input], flag: "--dot")
    let picture = GraphPicture(model, units, of: input.description.asInput)
    if let file = options.svg { try file.write(picture.svg(of: input)) }
    if let file = options.dot {
      try file.write(DotDocument(picture.diagram, heading: picture.heading).description)
    }
  }

  private func svg(of input: ModelPath) throws -> String {
    try Self.check(diagram, of: input)
    let picture = Picture(diagram, heading: heading, captions: captions)
    return SVGDocument(picture).description
  }

  static func check(_ diagram: Diagram, of input: ModelPath) throws {
    guard diagram.boxes.count <= largestCount else {
      throw Diagnostic(
        .unsupported, "\(diagram.boxes.count.grouped) boxes are too many for one picture",
        at: input.description.asInput, next: "use Graphviz: inspect --dot FILE")
    }
  }

  /// How to read a box.
  static let boxLegend =
    "Shaded: nodes with parameters, their number at the right. Beside a box: the shape that it "
    + "gives, where it changes."

  /// How to read the picture.
  private static func legend(_ diagram: Diagram, hasUnits: Bool) -> [String] {
    var lines = [boxLegend]
    if hasUnits { lines.append("Dashed: a unit, the factors that stand for one compact node.") }
    if diagram.hiddenCount > 0 {
      lines.append("Not drawn: nodes that only make constants (\(diagram.hiddenCount)).")
    }
    return lines
  }
}

extension Graph {
  /// How much the graph holds, in one line.
  var sizeSentence: String {
    "\(nodes.count.grouped) nodes, "
      + "\(Statistics(tolerating: self).parameters.grouped) parameters"
  }
}
