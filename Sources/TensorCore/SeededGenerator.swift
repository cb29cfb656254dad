import Foundation

/// A small, fast generator whose sequence depends on its seed alone: xoshiro256**.
///
/// Source: D. Blackman, S. Vigna, *Scrambled linear pseudorandom number generators*, 2021; seeded
/// by SplitMix64 as its authors advise.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  package init(seed: UInt64) {
    var counter = seed
    func mixed() -> UInt64 {
      counter &+= 0x9e37_79b9_7f4a_7c15
      var z = counter
      z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
      return z ^ z >> 31
    }
    state = (mixed(), mixed(), mixed(), mixed())
  }

  /// An independent sequence for part `index` of what `seed` stands for (an image, an epoch).
  package init(seed: UInt64, stream index: UInt64) {
    var outer = SeededGenerator(seed: seed)
    self.init(seed: outer.next() ^ index &* 0xd134_2543_de82_ef95)
  }

  package mutating func next() -> UInt64 {
    func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { x << k | x >> (64 - k) }
    let result = rotate(state.1 &* 5, 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotate(state.3, 45)
    return result
  }

  /// A uniform Double in [0, 1), a multiple of 2^-53.
  package mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A uniform Double in `range`.
  package mutating func uniform(in range: Range<Double>) -> Double {
    range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
  }

  /// A normal Double of mean 0 and variance 1, by Box and Muller's transform.
  package mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }
}

/// Many numbers at once, made here, where the compiler knows the generator: one call for each would
/// take three times as long.
extension SeededGenerator {
  package mutating func shuffle(_ elements: inout [Int]) {
    elements.shuffle(using: &self)
  }

  /// Initializes `count` numbers, each as `uniform(in:)`.
  package mutating func initialize(
    _ target: UnsafeMutablePointer<Double>, count: Int, uniformIn range: Range<Double>
  ) {
    for index in 0..<count { (target + index).initialize(to: uniform(in: range)) }
  }

  /// The same, each rounded once.
  package mutating func initialize(
    _ target: UnsafeMutablePointer<Float>, count: Int, uniformIn range: Range<Double>
  ) {
    for index in 0..<count { (target + index).initialize(to: Float(uniform(in: range))) }
  }
}
