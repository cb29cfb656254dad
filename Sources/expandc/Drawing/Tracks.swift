/// The horizontal lines of a diagram, which run in the gaps between its rows, each on a track.
///
/// The lines of one value share a track; those of two values that would overlap don't.
struct Tracks {
  private static let clearance = 6.0

  private struct Key: Hashable {
    let gap: Int
    let net: Int
  }

  private var tracks: [Key: Int] = [:]
  /// How many tracks each gap has, by the row above it.
  private(set) var counts: [Int]

  init(_ columns: Columns, rows: [ClosedRange<Int>], rowCount: Int) {
    counts = [Int](repeating: 0, count: rowCount)
    var extents: [Key: ClosedRange<Double>] = [:]
    func add(_ gap: Int, _ net: Int, _ a: Double, _ b: Double) {
      guard a != b else { return }
      let key = Key(gap: gap, net: net)
      let known = extents[key] ?? min(a, b)...max(a, b)
      extents[key] = min(known.lowerBound, a, b)...max(known.upperBound, a, b)
    }
    for route in columns.routes {
      let gaps = (rows[route.source].upperBound, rows[route.target].lowerBound - 1)
      if gaps.0 == gaps.1 {
        add(gaps.0, route.net, route.exit, route.entry)
      } else {
        add(gaps.0, route.net, route.exit, route.down)
        add(gaps.1, route.net, route.down, route.entry)
      }
    }
    let sorted = extents.sorted {
      ($0.key.gap, $0.value.lowerBound, $0.value.upperBound, $0.key.net)
        < ($1.key.gap, $1.value.lowerBound, $1.value.upperBound, $1.key.net)
    }
    var ends: [Double] = []
    var gap = -1
    for (key, extent) in sorted {
      if key.gap != gap { (gap, ends) = (key.gap, []) }
      let track = ends.firstIndex { $0 + Self.clearance < extent.lowerBound } ?? ends.count
      if track == ends.count { ends.append(0) }
      ends[track] = extent.upperBound
      tracks[key] = track
      counts[key.gap] = ends.count
    }
  }

  /// The track on which the value runs in a gap; nil where it only crosses it.
  func track(gap: Int, net: Int) -> Int? { tracks[Key(gap: gap, net: net)] }
}
