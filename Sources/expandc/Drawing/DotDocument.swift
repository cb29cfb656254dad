import NetworkIR

/// A diagram in the language of Graphviz: boxes with more words than the picture has room for, and
/// a cluster for each unit.
struct DotDocument: CustomStringConvertible {
  let description: String

  init(_ diagram: Diagram, heading: String) {
    var lines = [
      "digraph \(heading.dotQuoted) {",
      "  graph [label=\(heading.dotQuoted), labelloc=t, bgcolor=white, fontname=\"sans-serif\"]",
      "  node [shape=box, style=filled, fillcolor=white, fontname=\"sans-serif\", fontsize=11]",
      "  edge [color=\"#57606a\", fontname=\"sans-serif\", fontsize=10]",
    ]
    var clustered: Set<Int> = []
    for (index, unit) in diagram.units.enumerated() {
      lines.append("  subgraph cluster_\(index) {")
      lines.append(
        "    graph [label=\(unit.title.dotQuoted), tooltip=\(unit.note.dotQuoted), "
          + "style=\"filled,dashed\", fillcolor=\"#fdeccf\", color=\"#b35c00\"]")
      lines += unit.boxes.map { "  " + Self.node($0, diagram.boxes[$0]) }
      lines.append("  }")
      clustered.formUnion(unit.boxes)
    }
    for (index, box) in diagram.boxes.enumerated() where !clustered.contains(index) {
      lines.append(Self.node(index, box))
    }
    for net in diagram.nets {
      let shape = diagram.boxes[net.source].shape
      let label = shape.map { " [label=\($0.dotQuoted)]" } ?? ""
      lines += net.targets.map { "  n\(net.source) -> n\($0)\(label)" }
    }
    description = (lines + ["}", ""]).joined(separator: "\n")
  }

  private static func node(_ index: Int, _ box: Diagram.Box) -> String {
    var words = [box.title, box.detail].filter { !$0.isEmpty }
    if !box.parameters.isEmpty { words.append("\(box.parameters) parameters") }
    // \n is the language's own line break, so it is put between texts that are escaped already.
    let label = words.map(\.dotEscaped).joined(separator: "\\n")
    let style =
      switch box.kind {
      case .weighted: ", fillcolor=\"#c3d9f2\""
      case .plain: ""
      case .input, .output: ", shape=oval, fillcolor=\"#e6e8eb\""
      }
    return "  n\(index) [label=\"\(label)\", tooltip=\(box.note.dotQuoted)\(style)]"
  }
}

extension String {
  fileprivate var dotQuoted: String { "\"\(dotEscaped)\"" }

  /// The text inside quotes, as itself: in labels a backslash begins an escape, and an ampersand an
  /// entity of HTML.
  fileprivate var dotEscaped: String {
    var text = ""
    for character in printable {
      switch character {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "&": text += "&amp;"
      default: text.append(character)
      }
    }
    return text
  }
}
