extension Picture {
  private static let narrowestGutter = 44.0

  /// Two graphs side by side, trunk beside trunk, what corresponds on the same height, and each
  /// unit on one ground with what it stands for.
  ///
  /// - Parameter headings: by side, the lines above it, the first of them its title.
  init(_ comparison: DiagramComparison, headings: [[String]], captions: [String]) {
    let assignment = RowAssignment(comparison.diagrams, cells: comparison.cells)
    var sides = zip(comparison.diagrams, assignment.rows).enumerated().map { side, pair in
      DiagramLayout(
        pair.0, rows: pair.1, rowCount: assignment.rowCount, isMirrored: side == 0)
    }
    let gutter = comparison.links.reduce(Self.narrowestGutter) {
      max($0, TextExtent.width($1.unit.title, size: BoxMetrics.textSize, isBold: true) + 24)
    }.rounded(.up)
    let trunks = zip(sides, headings).map { side, lines in
      let heading = lines.reduce(0) { max($0, TextExtent.width($1, size: 14, isBold: true)) }
      return max(side.columns.width, min(heading.rounded(.up), BoxMetrics.widestBox))
    }
    sides[0].origin = Self.margin + trunks[0]
    sides[1].origin = sides[0].origin + gutter
    let lefts = [Self.margin, sides[1].origin]
    var top = addCaptions(captions, at: Self.margin, isHeading: false, below: Self.margin)
    var bottom = top
    for (left, lines) in zip(lefts, headings) {
      let under = addCaptions(Array(lines.prefix(1)), at: left, isHeading: true, below: top)
      let end = addCaptions(Array(lines.dropFirst()), at: left, isHeading: false, below: under)
      bottom = max(bottom, end)
    }
    top = bottom
    let measures = RowMeasures(
      sides, rowCount: assignment.rowCount, titledRows: [], from: top + 6)
    var titleBottom = 0.0
    for link in comparison.links.sorted(by: { a, b in
      sides[1].rows[a.boxes[1][0]].lowerBound < sides[1].rows[b.boxes[1][0]].lowerBound
    }) {
      let band = Band(
        link, sides, measures, gutter: (sides[0].origin + sides[1].origin) / 2,
        below: titleBottom)
      titleBottom = band.titleAt.y
      bands.append(band)
    }
    lines = sides.flatMap { $0.lines(measures) }
    boxes = sides.flatMap { $0.boxes(measures) }
    finish(right: sides[1].origin + trunks[1], bottom: measures.bottom)
  }
}

extension Picture.Band {
  private static let barHeight = 6.0
  private static let titlePitch = 13.0

  /// The ground behind both sides of a link and across the gutter between them: one rectangle where
  /// the trunks carry both, else two and a bar.
  fileprivate init(
    _ link: DiagramComparison.Link, _ sides: [DiagramLayout], _ measures: RowMeasures,
    gutter: Double, below titleBottom: Double
  ) {
    let frames = zip(sides, link.boxes).map { side, boxes in
      let frames = boxes.map { side.frame($0, measures) }
      let rows = boxes.map { side.rows[$0] }
      let first = rows.map(\.lowerBound).min() ?? 0
      let last = rows.map(\.upperBound).max() ?? first
      let left = (frames.map(\.x).min() ?? 0) - 5
      let top = measures.tops[first] - RowMeasures.bandMargin
      return Picture.Rectangle(
        x: left, y: top, width: (frames.map(\.right).max() ?? 0) + 5 - left,
        height: measures.bottom(of: last) + RowMeasures.bandMargin - top)
    }
    let (a, b) = (frames[0], frames[1])
    let isOnTrunks = zip(sides, link.boxes).allSatisfy { side, boxes in
      boxes.allSatisfy { side.lanes.lanes[$0] == 0 }
    }
    if isOnTrunks, a.y == b.y, a.bottom == b.bottom {
      outline = Picture.Rectangle(x: a.x, y: a.y, width: b.right - a.x, height: a.height).corners
    } else {
      let half = Self.barHeight / 2
      outline =
        [
          (a.x, a.y), (a.right, a.y), (a.right, a.center.y - half), (b.x, b.center.y - half),
          (b.x, b.y), (b.right, b.y), (b.right, b.bottom), (b.x, b.bottom),
          (b.x, b.center.y + half), (a.right, a.center.y + half), (a.right, a.bottom),
          (a.x, a.bottom),
        ].map { Picture.Point(x: $0.0, y: $0.1) }
    }
    title = link.unit.title
    titleAt = Picture.Point(
      x: gutter, y: max((a.center.y + b.center.y) / 2 + 4, titleBottom + Self.titlePitch))
    isTitleCentered = true
    note = link.unit.note
  }
}
