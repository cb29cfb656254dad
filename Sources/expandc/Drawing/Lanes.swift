/// Which lane each path of a diagram runs in, and which values need a lane of their own.
///
/// Lanes are numbered from the trunk outwards. A path takes its lane from below the box that it
/// branches off from to above the box that it runs into, so that its own line leads there. A value
/// that is read further down, past other boxes, runs in one of the narrow wires beside a lane.
struct Lanes {
  /// A value's way from its box to a reader: down in the column of the one or the other, or in a
  /// wire beside a lane.
  struct Route {
    enum Column: Hashable {
      case source, target
      case wire(lane: Int, index: Int)
    }

    let net: Int
    let source: Int
    let target: Int
    var column: Column
  }

  /// By box.
  private(set) var lanes: [Int]
  private(set) var laneCount = 1
  private(set) var routes: [Route] = []
  /// How many wires run beside each lane.
  private(set) var wireCounts: [Int] = []

  /// - Parameter rows: by box.
  init(_ diagram: Diagram, rows: [ClosedRange<Int>]) {
    let paths = BoxPaths(diagram)
    let (writers, readers) = (diagram.writers, diagram.readers)
    // Rows and the gaps between them, numbered from the top: row r is 2r, the gap below it 2r + 1.
    var entries: [Int?] = []
    var exits: [Int?] = []
    var slots: [ClosedRange<Int>] = []
    for path in paths.paths {
      let (head, tail) = (path[0], path[path.count - 1])
      let entry = writers[head].max { rows[$0].upperBound < rows[$1].upperBound }
      let exit = readers[tail].min { rows[$0].lowerBound < rows[$1].lowerBound }
      entries.append(entry)
      exits.append(exit)
      let first = entry.map { 2 * rows[$0].upperBound + 1 } ?? 2 * rows[head].lowerBound
      let last = exit.map { 2 * rows[$0].lowerBound - 1 } ?? 2 * rows[tail].upperBound
      slots.append(first...max(first, last))
    }
    var laneOfPath = [Int](repeating: 0, count: paths.paths.count)
    var taken = OccupiedLanes()
    let trunk = paths.paths.indices.max { a, b in
      (paths.paths[a].count, b) < (paths.paths[b].count, a)
    }
    let others = paths.paths.indices.filter { $0 != trunk }
      .sorted { (slots[$0].lowerBound, $0) < (slots[$1].lowerBound, $1) }
    for path in [trunk].compactMap(\.self) + others {
      laneOfPath[path] = taken.place(slots[path])
    }
    lanes = paths.pathOfBox.map { laneOfPath[$0] }
    laneCount = max(1, taken.count)

    var distant: [(net: Int, slots: ClosedRange<Int>, lane: Int)] = []
    for (index, net) in diagram.nets.enumerated() {
      let start = 2 * rows[net.source].upperBound + 1
      var end = start
      var lane = lanes[net.source]
      for target in net.targets {
        var route = Route(net: index, source: net.source, target: target, column: .target)
        let gap = 2 * rows[target].lowerBound - 1
        let isTail = paths.paths[paths.pathOfBox[net.source]].last == net.source
        let isHead = paths.paths[paths.pathOfBox[target]].first == target
        if gap == start || paths.follows(target, net.source)
          || isHead && entries[paths.pathOfBox[target]] == net.source
        {
          route.column = .target
        } else if isTail, exits[paths.pathOfBox[net.source]] == target {
          route.column = .source
        } else {
          route.column = .wire(lane: 0, index: 0)
          end = max(end, gap)
          lane = min(lane, lanes[target])
        }
        routes.append(route)
      }
      if end > start { distant.append((index, start...end, lane)) }
    }
    var wires: [OccupiedLanes] = (0..<laneCount).map { _ in OccupiedLanes() }
    var columns: [Int: Route.Column] = [:]
    // Short ones first: what is nested in a longer one runs inside it, and they don't cross.
    for wire in distant.sorted(by: { ($0.slots.count, $0.net) < ($1.slots.count, $1.net) }) {
      columns[wire.net] = .wire(lane: wire.lane, index: wires[wire.lane].place(wire.slots))
    }
    for index in routes.indices {
      if case .wire = routes[index].column, let column = columns[routes[index].net] {
        routes[index].column = column
      }
    }
    wireCounts = wires.map(\.count)
  }
}

/// Parallel lanes, and the slots of each that are taken.
private struct OccupiedLanes {
  private var taken: [[ClosedRange<Int>]] = []

  var count: Int { taken.count }

  /// Takes the slots in the first lane where all are free.
  mutating func place(_ slots: ClosedRange<Int>) -> Int {
    let lane = taken.firstIndex { !$0.contains { $0.overlaps(slots) } } ?? taken.count
    if lane == taken.count { taken.append([]) }
    taken[lane].append(slots)
    return lane
  }
}
