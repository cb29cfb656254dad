import NetworkIR

/// A picture as SVG 1.1, with a background of its own and nothing that it would have to load.
struct SVGDocument: CustomStringConvertible {
  let description: String

  init(_ picture: Picture) {
    let size = "width=\"\(picture.width.pixels)\" height=\"\(picture.height.pixels)\""
    var lines = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
      "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) "
        + "viewBox=\"0 0 \(picture.width.pixels) \(picture.height.pixels)\">",
      Self.style,
      "<rect class=\"ground\" \(size)/>",
    ]
    lines += picture.captions.map {
      Self.text($0.text, at: $0.at, style: $0.isHeading ? "heading" : "caption")
    }
    lines += picture.bands.map(Self.band)
    lines += picture.lines.map(Self.line)
    lines += picture.bands.filter { !$0.title.isEmpty }.map {
      Self.text($0.title, at: $0.titleAt, style: $0.isTitleCentered ? "unit middle" : "unit")
    }
    lines += picture.boxes.map(Self.box)
    description = (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  /// Kinds differ in grey too: by the strength of the fill, the line and its dashes.
  private static let style = """
    <style>
    text { font-family: "DejaVu Sans", Verdana, "Segoe UI", system-ui, Arial, sans-serif; \
    font-size: 11px; fill: #1b1f24; }
    .ground { fill: #ffffff; }
    .heading { font-size: 14px; font-weight: bold; }
    .caption { fill: #57606a; }
    .title { font-size: 12px; font-weight: bold; }
    .shape { fill: #57606a; }
    .end { text-anchor: end; }
    .middle { text-anchor: middle; }
    .unit { fill: #7a3e00; font-weight: bold; stroke: #fdeccf; stroke-width: 3px; \
    paint-order: stroke; }
    .band { fill: #fdeccf; stroke: #b35c00; stroke-dasharray: 5 3; }
    .line { fill: none; stroke: #57606a; shape-rendering: crispEdges; }
    .arrow { fill: #57606a; }
    .weighted { fill: #c3d9f2; stroke: #0b3d78; }
    .plain { fill: #ffffff; stroke: #8c959f; }
    .port { fill: #e6e8eb; stroke: #57606a; }
    .sign { font-size: 14px; font-weight: bold; }
    .added { stroke: #116329; stroke-width: 2; }
    .removed { stroke: #a40e26; stroke-width: 2; }
    .changed { stroke: #6639ba; stroke-width: 2; }
    </style>
    """

  private static func text(_ text: String, at point: Picture.Point, style: String) -> String {
    "<text class=\"\(style)\" x=\"\(point.x.pixels)\" y=\"\(point.y.pixels)\">\(text.xml)</text>"
  }

  private static func band(_ band: Picture.Band) -> String {
    let points = band.outline.map { "\($0.x.pixels),\($0.y.pixels)" }.joined(separator: " ")
    return "<polygon class=\"band\" points=\"\(points)\"><title>\(band.note.xml)</title></polygon>"
  }

  private static func line(_ line: Picture.Line) -> String {
    guard var end = line.points.last else { return "" }
    let (x, y) = (end.x, end.y)
    end.y -= 4
    let points = (line.points.dropLast() + [end])
      .map { "\($0.x.pixels),\($0.y.pixels)" }.joined(separator: " ")
    let arrow =
      "M\(x.pixels) \(y.pixels)l-3 -5h6z"
    return "<polyline class=\"line\" points=\"\(points)\"/>"
      + "<path class=\"arrow\" d=\"\(arrow)\"/>"
  }

  private static func box(_ box: Picture.Box) -> String {
    let (frame, content) = (box.frame, box.content)
    let isPort = content.kind == .input || content.kind == .output
    let style = isPort ? "port" : content.kind == .weighted ? "weighted" : "plain"
    let base = frame.center.y + 4
    var parts = [
      "<g><title>\(content.note.xml)</title>",
      "<rect class=\"\(style + (content.sign?.style ?? ""))\" x=\"\(frame.x.pixels)\" "
        + "y=\"\(frame.y.pixels)\" width=\"\(frame.width.pixels)\" "
        + "height=\"\(frame.height.pixels)\" rx=\"\(isPort ? (frame.height / 2).pixels : "3")\"/>",
    ]
    var left = frame.x + BoxMetrics.padding
    if let sign = content.sign {
      parts.append(text(sign.mark, at: Picture.Point(x: left - 2, y: base + 1), style: "sign"))
      left += BoxMetrics.signWidth
    }
    var right = frame.right - BoxMetrics.padding
    if !content.parameters.isEmpty {
      parts.append(
        text(content.parameters, at: Picture.Point(x: right, y: base), style: "end"))
      right -= TextExtent.width(content.parameters, size: BoxMetrics.textSize) + BoxMetrics.space
    }
    let title = TextExtent.fitted(
      content.title, size: BoxMetrics.titleSize * TextExtent.boldness, limit: max(0, right - left))
    parts.append(text(title, at: Picture.Point(x: left, y: base), style: "title"))
    left +=
      TextExtent.width(title, size: BoxMetrics.titleSize, isBold: true) + BoxMetrics.space
    let detail = TextExtent.fitted(
      content.detail, size: BoxMetrics.textSize, limit: right - left)
    if !content.detail.isEmpty, right > left {
      parts.append(text(detail, at: Picture.Point(x: left, y: base), style: "detail"))
    }
    if let shape = content.shape {
      let x = box.isMirrored ? frame.x - BoxMetrics.shapeGap : frame.right + BoxMetrics.shapeGap
      parts.append(
        text(
          shape, at: Picture.Point(x: x, y: base), style: box.isMirrored ? "shape end" : "shape"))
    }
    return (parts + ["</g>"]).joined()
  }
}

extension DiffSign {
  /// The sign as it is printed.
  fileprivate var mark: String { self == .onlyInFirst ? "−" : rawValue }

  fileprivate var style: String {
    switch self {
    case .onlyInFirst: " removed"
    case .onlyInSecond: " added"
    case .changed: " changed"
    }
  }
}

extension Double {
  /// Without decimals where there are none, else with at most two.
  fileprivate var pixels: String {
    let hundredths = (self * 100).rounded()
    guard hundredths.magnitude < 1e15 else { return "0" }
    return hundredths.truncatingRemainder(dividingBy: 100) == 0
      ? String(Int(hundredths / 100)) : String(hundredths / 100)
  }
}
