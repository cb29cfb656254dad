import TensorCore

/// The factors that dropout scales elements by: 0 with probability `ratio`, else 1/(1 − ratio).
///
/// A factor depends on the key and on the element's position alone, so that it is the same whatever
/// number of cores draws it.
package struct DropoutNoise: Sendable {
  private let threshold: UInt64
  private let scale: Float

  /// A ratio of 1 drops everything; requires one in 0...1.
  package init(ratio: Float) {
    // Of the upper 53 bits of a draw.
    threshold = UInt64(Double(ratio) * 0x1p53)
    scale = ratio < 1 ? 1 / (1 - ratio) : 0
  }

  /// factors = the draws of `key`, destination = source · factors.
  package func apply(
    _ count: Int, key: UInt64, source: UnsafePointer<Float>,
    destination: UnsafeMutablePointer<Float>, factors: UnsafeMutablePointer<Float>
  ) {
    Parallel.perform(
      count, runsOf: pointwiseRun,
      Draws(noise: self, key: key, source: source, destination: destination, factors: factors))
  }

  private struct Draws: RunWork {
    let noise: DropoutNoise
    let key: UInt64
    let source: UnsafePointer<Float>
    let destination, factors: UnsafeMutablePointer<Float>

    func perform(_ run: Range<Int>) {
      for index in run {
        let draw = DropoutNoise.mixed(key &+ UInt64(index) &* 0x9e37_79b9_7f4a_7c15)
        factors[index] = draw >> 11 < noise.threshold ? 0 : noise.scale
        destination[index] = source[index] * factors[index]
      }
    }
  }

  /// SplitMix64's output function: a bijection that changes half of the bits for each one changed.
  private static func mixed(_ counter: UInt64) -> UInt64 {
    var z = counter
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
