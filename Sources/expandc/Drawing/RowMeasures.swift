/// The vertical places of rows, which the diagrams of a picture share.
struct RowMeasures {
  static let bandMargin = 3.0
  static let titleHeight = 14.0
  private static let plainGap = 7.0
  private static let trackPitch = 6.0
  private static let firstTrack = 5.0

  private(set) var tops: [Double] = []
  private(set) var heights: [Double]
  private(set) var bottom: Double

  /// - Parameter titledRows: rows above which a unit's title stands.
  init(_ sides: [DiagramLayout], rowCount: Int, titledRows: Set<Int>, from top: Double) {
    heights = [Double](repeating: 0, count: rowCount)
    var gaps = [Double](repeating: Self.plainGap, count: rowCount)
    for side in sides {
      for (box, rows) in zip(side.diagram.boxes, side.rows) where rows.count == 1 {
        heights[rows.lowerBound] = max(heights[rows.lowerBound], BoxMetrics.height(box.kind))
      }
      for (row, count) in side.tracks.counts.enumerated() where count > 0 {
        let needed = Self.firstTrack + Self.trackPitch * Double(count) + 4
        gaps[row] = max(gaps[row], needed)
      }
    }
    var y = top
    for row in 0..<rowCount {
      if titledRows.contains(row) { y += Self.titleHeight }
      tops.append(y)
      y += heights[row] + gaps[row]
    }
    bottom = y
  }

  func bottom(of row: Int) -> Double { tops[row] + heights[row] }

  func center(of rows: ClosedRange<Int>) -> Double {
    (tops[rows.lowerBound] + bottom(of: rows.upperBound)) / 2
  }

  /// The height of a track in the gap below `row`.
  func trackY(below row: Int, _ track: Int) -> Double {
    bottom(of: row) + Self.firstTrack + Self.trackPitch * Double(track)
  }
}
