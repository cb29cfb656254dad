/// A drawing in pixels, with the origin at the top left: what the writers of formats draw.
struct Picture {
  struct Point: Hashable {
    var x: Double
    var y: Double
  }

  struct Rectangle: Hashable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    var right: Double { x + width }
    var bottom: Double { y + height }
    var center: Point { Point(x: x + width / 2, y: y + height / 2) }
  }

  struct Box {
    let frame: Rectangle
    let content: Diagram.Box
    /// The shape beside it, on the side where lanes lead outwards.
    let isMirrored: Bool
  }

  /// Lines from a box to those that read one value.
  struct Line {
    let points: [Point]
  }

  /// The ground behind a unit and, in a comparison, behind the node that it replaced.
  struct Band {
    /// Closed, clockwise.
    let outline: [Point]
    let title: String
    let titleAt: Point
    let isTitleCentered: Bool
    let note: String
  }

  struct Caption {
    let at: Point
    let text: String
    let isHeading: Bool
  }

  var width = 0.0
  var height = 0.0
  var bands: [Band] = []
  var lines: [Line] = []
  var boxes: [Box] = []
  var captions: [Caption] = []
}
