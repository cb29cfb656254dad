/// The sizes of boxes and of the text in and beside them, in pixels.
enum BoxMetrics {
  static let titleSize = 12.0
  static let textSize = 11.0
  static let padding = 8.0
  static let space = 7.0
  /// The room for a sign, in boxes that have one.
  static let signWidth = 16.0
  /// Between a box and the shape beside it.
  static let shapeGap = 9.0
  static let widestBox = 330.0
  private static let widths = 60.0...widestBox

  static func height(_ kind: Diagram.Box.Kind) -> Double { kind == .weighted ? 22 : 16 }

  /// By lane, the width that its boxes get: that of the widest text, within bounds.
  static func widths(_ diagram: Diagram, _ lanes: Lanes) -> [Double] {
    var widths = [Double](repeating: Self.widths.lowerBound, count: lanes.laneCount)
    for (box, lane) in zip(diagram.boxes, lanes.lanes) {
      widths[lane] = max(widths[lane], naturalWidth(box))
    }
    return widths.map { min($0, Self.widths.upperBound).rounded(.up) }
  }

  private static func naturalWidth(_ box: Diagram.Box) -> Double {
    let title = TextExtent.width(box.title, size: titleSize, isBold: true)
    let others = [box.detail, box.parameters].filter { !$0.isEmpty }
      .reduce(0) { $0 + space + TextExtent.width($1, size: textSize) }
    return 2 * padding + (box.sign == nil ? 0 : signWidth) + title + others
  }

  /// By lane, what the shapes beside its boxes take.
  static func labelWidths(_ diagram: Diagram, _ lanes: Lanes) -> [Double] {
    var widths = [Double](repeating: 0, count: lanes.laneCount)
    for (box, lane) in zip(diagram.boxes, lanes.lanes) {
      guard let shape = box.shape else { continue }
      widths[lane] = max(widths[lane], shapeGap + TextExtent.width(shape, size: textSize))
    }
    return widths.map { $0.rounded(.up) }
  }
}
