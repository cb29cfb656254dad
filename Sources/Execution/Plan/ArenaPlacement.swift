/// Places buffers in one arena so that those alive at the same time never overlap.
///
/// Greedy by size: the largest buffer first, each at the lowest offset that is free for all of its
/// life. Source: Y. Pisarchyk, J. Lee, *Efficient memory management for deep neural net
/// inference*, 2020, "greedy by size".
package struct ArenaPlacement: Sendable {
  /// A page holds 64 such lines; oneDNN asks for 64-byte alignment.
  package static let alignment = 64

  package private(set) var offsets: [Int?]
  package private(set) var byteCount = 0

  /// - Parameter lives: for each buffer its size and the steps that it is alive in; nil for a
  ///   buffer that has its memory elsewhere.
  package init(_ lives: [(byteCount: Int, steps: ClosedRange<Int>)?]) {
    offsets = Array(repeating: nil, count: lives.count)
    let order = lives.indices.filter { lives[$0] != nil }
      .sorted { (lives[$0]!.byteCount, $1) > (lives[$1]!.byteCount, $0) }
    var placed: [(range: Range<Int>, steps: ClosedRange<Int>)] = []
    for index in order {
      let (byteCount, steps) = lives[index]!
      let size = (byteCount + Self.alignment - 1) / Self.alignment * Self.alignment
      var offset = 0
      for other in placed where other.steps.overlaps(steps) {
        if other.range.lowerBound >= offset + size { break }
        offset = max(offset, other.range.upperBound)
      }
      offsets[index] = offset
      self.byteCount = max(self.byteCount, offset + size)
      let position = placed.firstIndex { $0.range.lowerBound > offset } ?? placed.count
      placed.insert((offset..<offset + size, steps), at: position)
    }
  }

  /// The most bytes that are alive at one step.
  package static func peak(_ lives: [(byteCount: Int, steps: ClosedRange<Int>)?]) -> Int {
    var changes: [Int: Int] = [:]
    for case let (byteCount, steps)? in lives {
      changes[steps.lowerBound, default: 0] += byteCount
      changes[steps.upperBound + 1, default: 0] -= byteCount
    }
    var (alive, peak) = (0, 0)
    for (_, change) in changes.sorted(by: { $0.key < $1.key }) {
      alive += change
      peak = max(peak, alive)
    }
    return peak
  }
}
