/// How the results of a convolution along one axis are tiled by circular ones of a short length.
///
/// A circular correlation of length N with a kernel of K taps gives N − K + 1 results as they should
/// be, from as many points and K − 1 more. Where N reaches over the source and one of its paddings,
/// all results come right at once: the taps that leave the circle at its end enter it again at the
/// padding before its first pixel.
struct FourierTiling: Sendable, Hashable {
  /// N.
  let length: Int
  /// Results of one tile, from 0 on.
  let tile: Int
  let tileCount: Int
  let padBegin: Int
  private let resultCount: Int

  /// The tiling with the fewest points, the shortest of several; nil where there is none.
  init?(source: Int, kernel: Int, padBegin: Int, padEnd: Int) {
    let results = source + padBegin + padEnd - kernel + 1
    guard source > 0, results > 0, padBegin >= 0, padEnd >= 0 else { return nil }
    let tilings = FourierPlan.lengths.filter { $0 >= kernel }.map { length in
      let isWhole = length >= source + max(padBegin, padEnd)
      let tile = isWhole ? results : length - kernel + 1
      return (length: length, tile: tile, count: (results + tile - 1) / tile)
    }
    guard let best = tilings.min(by: { $0.length * $0.count < $1.length * $1.count }) else {
      return nil
    }
    (length, tile, tileCount) = best
    self.padBegin = padBegin
    resultCount = results
  }

  /// How many taps of all results together meet a pixel of the source.
  func tapsWithin(_ source: Int, kernel: Int) -> Int {
    (0..<kernel).reduce(0) { sum, tap in
      // Result y meets pixel y + tap − padBegin.
      let first = max(0, padBegin - tap)
      let end = min(resultCount, source + padBegin - tap)
      return sum + max(0, end - first)
    }
  }
}
