/// One diagram on its lanes, before the heights are known that it may share with another.
struct DiagramLayout {
  let diagram: Diagram
  let rows: [ClosedRange<Int>]
  let lanes: Lanes
  let columns: Columns
  let tracks: Tracks
  /// True for the left one of two: its lanes lead to the left.
  let isMirrored: Bool
  /// The edge of the trunk's boxes from which lanes lead outwards.
  var origin = 0.0

  init(
    _ diagram: Diagram, rows: [ClosedRange<Int>], rowCount: Int,
    isMirrored: Bool = false
  ) {
    self.diagram = diagram
    self.rows = rows
    self.isMirrored = isMirrored
    lanes = Lanes(diagram, rows: rows)
    columns = Columns(diagram, lanes)
    tracks = Tracks(columns, rows: rows, rowCount: rowCount)
  }

  func frame(_ box: Int, _ measures: RowMeasures) -> Picture.Rectangle {
    let height = BoxMetrics.height(diagram.boxes[box].kind)
    let left = columns.lefts[lanes.lanes[box]]
    let width = columns.boxWidths[lanes.lanes[box]]
    return Picture.Rectangle(
      x: isMirrored ? origin - left - width : origin + left,
      y: measures.center(of: rows[box]) - height / 2, width: width, height: height)
  }

  /// The lines of one value to each of its readers.
  func lines(_ measures: RowMeasures) -> [Picture.Line] {
    columns.routes.map { route in
      let start = frame(route.source, measures).bottom
      let end = frame(route.target, measures).y
      let gaps = (rows[route.source].upperBound, rows[route.target].lowerBound - 1)
      var points = [point(route.exit, start)]
      func turn(_ gap: Int, to x: Double) {
        guard points[points.count - 1] != point(x, points[points.count - 1].y),
          let track = tracks.track(gap: gap, net: route.net)
        else { return }
        let y = measures.trackY(below: gap, track)
        points.append(Picture.Point(x: points[points.count - 1].x, y: y))
        points.append(point(x, y))
      }
      if gaps.0 == gaps.1 {
        turn(gaps.0, to: route.entry)
      } else {
        turn(gaps.0, to: route.down)
        turn(gaps.1, to: route.entry)
      }
      return Picture.Line(points: points + [point(route.entry, end)])
    }
  }

  func boxes(_ measures: RowMeasures) -> [Picture.Box] {
    diagram.boxes.indices.map {
      Picture.Box(
        frame: frame($0, measures), content: diagram.boxes[$0], isMirrored: isMirrored)
    }
  }

  private func point(_ x: Double, _ y: Double) -> Picture.Point {
    Picture.Point(x: isMirrored ? origin - x : origin + x, y: y)
  }
}
