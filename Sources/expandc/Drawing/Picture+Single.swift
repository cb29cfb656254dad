extension Picture {
  static let margin = 12.0
  private static let headingSize = 20.0
  private static let captionHeight = 15.0

  /// One graph from the top down, its units on a coloured ground.
  init(_ diagram: Diagram, heading: String, captions: [String]) {
    let assignment = RowAssignment([diagram])
    var layout = DiagramLayout(
      diagram, rows: assignment.rows[0], rowCount: assignment.rowCount)
    layout.origin = Self.margin
    let bottom = addCaptions([heading], at: Self.margin, isHeading: true, below: Self.margin)
    let top = addCaptions(captions, at: Self.margin, isHeading: false, below: bottom)
    let titled = Set(diagram.units.compactMap { $0.boxes.map { layout.rows[$0].lowerBound }.min() })
    let measures = RowMeasures(
      [layout], rowCount: assignment.rowCount, titledRows: titled, from: top + 8)
    bands = diagram.units.compactMap { Band($0, layout, measures) }
    lines = layout.lines(measures)
    boxes = layout.boxes(measures)
    finish(right: Self.margin + layout.columns.width, bottom: measures.bottom)
  }

  /// Adds lines of text; returns where they end.
  mutating func addCaptions(
    _ texts: [String], at x: Double, isHeading: Bool, below top: Double
  ) -> Double {
    let height = isHeading ? Self.headingSize : Self.captionHeight
    for (index, text) in texts.enumerated() {
      captions.append(
        Caption(
          at: Point(x: x, y: top + height * Double(index + 1) - 5), text: text,
          isHeading: isHeading))
    }
    return top + height * Double(texts.count)
  }

  /// Makes room for all of it.
  mutating func finish(right: Double, bottom: Double) {
    let texts = captions.map {
      $0.at.x
        + TextExtent.width(
          $0.text, size: $0.isHeading ? 14 : BoxMetrics.textSize, isBold: $0.isHeading)
    }
    width = (texts.reduce(right, max) + Self.margin).rounded(.up)
    height = (bottom + Self.margin).rounded(.up)
  }
}

extension Picture.Band {
  /// The ground behind a unit's boxes; nil where none of them is drawn.
  init?(_ unit: Diagram.Unit, _ layout: DiagramLayout, _ measures: RowMeasures) {
    let frames = unit.boxes.map { layout.frame($0, measures) }
    guard let left = frames.map(\.x).min(), let right = frames.map(\.right).max(),
      let top = frames.map(\.y).min(), let bottom = frames.map(\.bottom).max()
    else { return nil }
    let (x, y) = (left - 5, top - RowMeasures.bandMargin - RowMeasures.titleHeight + 2)
    outline =
      Picture.Rectangle(
        x: x, y: y, width: right + 5 - x, height: bottom + RowMeasures.bandMargin - y
      ).corners
    title = unit.title
    titleAt = Picture.Point(x: left + 2, y: top - RowMeasures.bandMargin - 2)
    isTitleCentered = false
    note = unit.note
  }
}

extension Diagram.Unit {
  var note: String {
    "a unit of \(boxes.count) boxes, \(title), in place of \(compactNode)"
  }
}

extension Picture.Rectangle {
  /// Clockwise from the top left.
  var corners: [Picture.Point] {
    [(x, y), (right, y), (right, bottom), (x, bottom)].map { Picture.Point(x: $0.0, y: $0.1) }
  }
}
