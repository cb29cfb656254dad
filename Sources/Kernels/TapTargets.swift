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
    Parallel.perform(rows, runsOf: runLength, Sum(taps: self, pairs: pairs, sums: sums))
  }

  /// pairs[row, pair, …] = sums[row, target(pair), …]
  package func spread(_ sums: UnsafePointer<Float>, into pairs: UnsafeMutablePointer<Float>) {
    Parallel.perform(rows, runsOf: runLength, Spread(taps: self, sums: sums, pairs: pairs))
  }

  private struct Sum: RunWork {
    let taps: TapTargets
    let pairs: UnsafePointer<Float>
    let sums: UnsafeMutablePointer<Float>

    func perform(_ rows: Range<Int>) {
      let size = taps.count * taps.width
      (sums + rows.lowerBound * size).update(repeating: 0, count: rows.count * size)
      taps.walk(rows) { pair, target in
        let (source, destination) = (pairs + pair, sums + target)
        for i in 0..<taps.width { destination[i] += source[i] }
      }
    }
  }

  private struct Spread: RunWork {
    let taps: TapTargets
    let sums: UnsafePointer<Float>
    let pairs: UnsafeMutablePointer<Float>

    func perform(_ rows: Range<Int>) {
      taps.walk(rows) { (pairs + $0).update(from: sums + $1, count: taps.width) }
    }
  }

  /// Elements of pairs that one core moves at a time.
  private static let elementsOfRun = 1 << 14

  private var runLength: Int { max(1, Self.elementsOfRun / max(1, targets.count * width)) }

  /// Calls `body` with the offsets of each pair of some rows and of its target.
  private func walk(_ rows: Range<Int>, _ body: (Int, Int) -> Void) {
    targets.withUnsafeBufferPointer { targets in
      var pair = rows.lowerBound * targets.count * width
      for row in rows {
        for target in targets {
          body(pair, (row * count + target) * width)
          pair += width
        }
      }
    }
  }
}
