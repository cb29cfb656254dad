import Kernels
import Testing

@Suite struct `Taps of products and of their sums` {
  /// Shapes of which some are larger than what one core moves at a time.
  @Test(arguments: [
    (1, 1, 1, 1), (3, 4, 2, 5), (40, 25, 9, 60), (1, 8, 1, 30_000), (9, 2, 5, 9000),
  ])
  func `are added where they land, and spread from there`(
    rows: Int, pairs: Int, taps: Int, width: Int
  ) {
    // No pair lands on the last tap where there are several.
    let targets = (0..<pairs).map { $0 * 7 % max(1, taps - 1) }
    let map = TapTargets(rows: rows, targets: targets, count: taps, width: width)
    // Small integers, so that no sum is rounded.
    let products = (0..<rows * pairs * width).map { Float($0 % 97) }
    var sums = [Float](repeating: .nan, count: rows * taps * width)
    map.sum(products, into: &sums)
    var expected = [Float](repeating: 0, count: sums.count)
    var spread = [Float](repeating: .nan, count: products.count)
    map.spread(sums, into: &spread)
    var expectedSpread = [Float](repeating: .nan, count: products.count)
    for row in 0..<rows {
      for (pair, target) in targets.enumerated() {
        for i in 0..<width {
          let (product, sum) = (
            (row * pairs + pair) * width + i, (row * taps + target) * width + i
          )
          expected[sum] += products[product]
          expectedSpread[product] = sums[sum]
        }
      }
    }
    #expect(sums == expected)
    #expect(spread == expectedSpread)
  }
}
