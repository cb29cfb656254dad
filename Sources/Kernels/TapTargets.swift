import TensorCore

/// Where pairs of taps land among the taps of a composition, for each of `rows` rows.
package struct TapTargets: Sendable {
  private let rows: Int
  /// For each pair, its tap of the composition.
  private let targets: [Int]
  /// Taps of the composition.
  private let count: Int
  /// Elements that lie side by side at each tap.
  private let width: Int

  /// Requires 0 ≤ target < `count`.
  package init(rows: Int, targets: [Int], count: Int, width: Int) {
    self.rows = rows
    self.targets = targets
    self.count = count
    self.width = width
  }

  /// sums[row, target(pair), …] = Σ pairs[row, pair, …], 0 where no pair lands.
  package func sum(_ pairs: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>) {
    forEachRow { row in
      (sums + row * count * width).update(repeating: 0, count: count * width)
      walk(row) { pair, target in
        let (source, destination) = (pairs + pair, sums + target)
        for i in 0..<width { destination[i] += source[i] }
      }
    }
  }

  /// pairs[row, pair, …] = sums[row, target(pair), …]
  package func spread(_ sums: UnsafePointer<Float>, into pairs: UnsafeMutablePointer<Float>) {
    forEachRow { row in
      walk(row) { pair, target in (pairs + pair).update(from: sums + target, count: width) }
    }
  }

  /// Elements of pairs that one core moves at a time.
  private static let runLength = 1 << 14

  private func forEachRow(_ body: (Int) -> Void) {
    let length = max(1, Self.runLength / max(1, targets.count * width))
    Parallel.perform(rows, runsOf: length) { run in
      for row in run { body(row) }
    }
  }

  /// Calls `body` with the offsets of each pair of a row and of its target.
  private func walk(_ row: Int, _ body: (Int, Int) -> Void) {
    targets.withUnsafeBufferPointer { targets in
      var pair = row * targets.count * width
      for target in targets {
        body(pair, (row * count + target) * width)
        pair += width
      }
    }
  }
}
