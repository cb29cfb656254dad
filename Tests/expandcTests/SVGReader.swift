import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What stands in an SVG that `expandc` drew, as an XML parser sees it.
final class SVGReader: NSObject, XMLParserDelegate {
  struct Box {
    var note = ""
    var style = ""
    var x = 0.0
    var y = 0.0
    var width = 0.0
    var height = 0.0
    var texts: [String] = []

    var right: Double { x + width }
    var bottom: Double { y + height }
  }

  private(set) var size = (width: 0.0, height: 0.0)
  private(set) var boxes: [Box] = []
  /// By unit, the bounds of its ground.
  private(set) var bands: [Box] = []
  /// The corners of each line.
  private(set) var lines: [[(x: Double, y: Double)]] = []
  private(set) var texts: [String] = []
  private var text = ""
  private var box: Box?

  /// Throws where the bytes are no well-formed XML.
  init(_ svg: Data) throws {
    super.init()
    let parser = XMLParser(data: svg)
    parser.delegate = self
    guard parser.parse() else {
      throw parser.parserError ?? CocoaError(.fileReadCorruptFile)
    }
  }

  convenience init(path: String) throws {
    try self.init(Data(contentsOf: URL(fileURLWithPath: path)))
  }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    func number(_ name: String) -> Double { attributes[name].flatMap(Double.init) ?? .nan }
    text = ""
    switch element {
    case "svg": size = (number("width"), number("height"))
    case "g": box = Box()
    case "rect" where box != nil:
      box?.style = attributes["class"] ?? ""
      box?.x = number("x")
      box?.y = number("y")
      box?.width = number("width")
      box?.height = number("height")
    case "polygon":
      let points = Self.points(attributes["points"])
      let (xs, ys) = (points.map(\.x), points.map(\.y))
      var band = Box()
      (band.x, band.y) = (xs.min() ?? .nan, ys.min() ?? .nan)
      (band.width, band.height) = ((xs.max() ?? .nan) - band.x, (ys.max() ?? .nan) - band.y)
      bands.append(band)
    case "polyline": lines.append(Self.points(attributes["points"]))
    default: break
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(
    _ parser: XMLParser, didEndElement element: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    switch element {
    case "title":
      if box != nil { box?.note = text } else { bands[bands.count - 1].note = text }
    case "text":
      texts.append(text)
      box?.texts.append(text)
    case "g":
      if let box { boxes.append(box) }
      box = nil
    default: break
    }
    text = ""
  }

  private static func points(_ text: String?) -> [(x: Double, y: Double)] {
    (text ?? "").split(separator: " ").map { pair in
      let numbers = pair.split(separator: ",").map { Double($0) ?? .nan }
      return (numbers.first ?? .nan, numbers.last ?? .nan)
    }
  }
}

extension SVGReader.Box {
  func overlaps(_ other: SVGReader.Box) -> Bool {
    x < other.right && other.x < right && y < other.bottom && other.y < bottom
  }

  func contains(_ other: SVGReader.Box) -> Bool {
    x <= other.x && y <= other.y && right >= other.right && bottom >= other.bottom
  }

  /// True where a line of horizontal and vertical pieces runs through the box's inside.
  func isCrossed(by line: [(x: Double, y: Double)]) -> Bool {
    zip(line, line.dropFirst()).contains { a, b in
      min(a.x, b.x) < right && max(a.x, b.x) > x && min(a.y, b.y) < bottom && max(a.y, b.y) > y
    }
  }
}
