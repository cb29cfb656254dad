/// The horizontal places of a diagram's lanes and wires, and of the lines that run in them.
///
/// x grows outwards from the trunk, whose left edge is at 0.
struct Columns {
  static let wirePitch = 12.0
  static let laneGap = 28.0
  private static let portPitch = 20.0

  struct Route {
    let net: Int
    let source: Int
    let target: Int
    /// Where the line leaves its box, runs down, and enters the reader.
    let exit: Double
    let down: Double
    var entry: Double
  }

  /// By lane, the width of its boxes.
  let boxWidths: [Double]
  /// By lane, the left edge of its boxes.
  private(set) var lefts: [Double] = []
  private(set) var width: Double
  private(set) var routes: [Route] = []

  init(_ diagram: Diagram, _ lanes: Lanes) {
    boxWidths = BoxMetrics.widths(diagram, lanes)
    let labelWidths = BoxMetrics.labelWidths(diagram, lanes)
    var wires: [Double] = []
    var x = 0.0
    for lane in 0..<lanes.laneCount {
      lefts.append(x)
      x += boxWidths[lane] + labelWidths[lane]
      wires.append(x + Self.wirePitch)
      x += Double(lanes.wireCounts[lane]) * Self.wirePitch + Self.laneGap
    }
    width = x - Self.laneGap
    let centers = lanes.lanes.map { [lefts, boxWidths] in lefts[$0] + boxWidths[$0] / 2 }

    var netsOfBox: [[Int]] = diagram.boxes.map { _ in [] }
    for (index, net) in diagram.nets.enumerated() { netsOfBox[net.source].append(index) }
    var exits = diagram.nets.map { centers[$0.source] }
    for (box, nets) in netsOfBox.enumerated() where nets.count > 1 {
      let half = boxWidths[lanes.lanes[box]] / 2
      let pitch = min(Self.portPitch, (half - 10) / Double(nets.count))
      for (position, net) in nets.enumerated() where position > 0 {
        exits[net] += pitch * (Double(position) - 0.5)
      }
    }

    var arriving: [[Int]] = diagram.boxes.map { _ in [] }
    for (index, route) in lanes.routes.enumerated() { arriving[route.target].append(index) }
    routes = lanes.routes.map { route in
      let down =
        switch route.column {
        case .target: centers[route.target]
        case .source: exits[route.net]
        case .wire(let lane, let index): wires[lane] + Double(index) * Self.wirePitch
        }
      return Route(
        net: route.net, source: route.source, target: route.target, exit: exits[route.net],
        down: down, entry: centers[route.target])
    }
    for (box, arrivals) in arriving.enumerated() {
      spread(arrivals, of: lanes, around: centers[box], half: boxWidths[lanes.lanes[box]] / 2)
    }
  }

  /// Gives the lines that come from the sides entries of their own, beside the one from above.
  private mutating func spread(
    _ arrivals: [Int], of lanes: Lanes, around center: Double, half: Double
  ) {
    func origin(_ index: Int) -> Double {
      lanes.routes[index].column == .target ? routes[index].exit : routes[index].down
    }
    let straight = arrivals.filter {
      lanes.routes[$0].column == .target && origin($0) == center
    }
    let middle = straight.first ?? arrivals.first { lanes.routes[$0].column == .target }
    let sides = [-1.0, 1.0].map { side in
      arrivals.filter { $0 != middle && (origin($0) < center ? -1 : 1) == side }
        .sorted { (side * origin($0), $0) < (side * origin($1), $1) }
    }
    for (side, indices) in zip([-1.0, 1.0], sides) {
      let pitch = min(Self.portPitch, (half - 10) / Double(max(1, indices.count)))
      for (position, index) in indices.enumerated() {
        let entry = center + side * pitch * Double(position + 1)
        routes[index] = Route(
          net: routes[index].net, source: routes[index].source, target: routes[index].target,
          exit: routes[index].exit,
          down: lanes.routes[index].column == .target ? entry : routes[index].down, entry: entry)
      }
    }
  }
}
