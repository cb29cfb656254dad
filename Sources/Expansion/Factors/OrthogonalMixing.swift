import Foundation
import TensorCore

/// A random orthogonal matrix R of N × N that is applied in O(N log N), never stored.
///
///     R = S_L · … · S_1,   S: a random perfect matching of the N channels, each pair turned by an
///     angle of its own, (x, y) → (c·x + s·y, c·y − s·x)
///
/// With N odd one channel stays alone in each stage. A stage at most doubles the channels that one
/// channel reaches, and misses a given one with odds that square each time, so that after log₂N + 6
/// stages all N² entries are nonzero but for odds of N²·exp(−64); small N take 16 stages. Angles
/// stay π/8 away from the axes, which spreads each entry evenly. Orthogonal to L roundings of
/// Double.
struct OrthogonalMixing {
  let size: Int
  private let rotations: [Rotation]

  private struct Rotation {
    let first: Int
    let second: Int
    let cosine: Double
    let sine: Double
  }

  init(size: Int, using generator: inout SeededGenerator) {
    self.size = size
    let stages = size < 2 ? 0 : max(16, Int.bitWidth - (size - 1).leadingZeroBitCount + 6)
    var rotations: [Rotation] = []
    rotations.reserveCapacity(stages * (size / 2))
    var order = Array(0..<size)
    for _ in 0..<stages {
      order.shuffle(using: &generator)
      for pair in 0..<size / 2 {
        let quarter = Double(generator.next() >> 62) * .pi / 2
        let angle = quarter + generator.uniform(in: .pi / 8..<3 * .pi / 8)
        rotations.append(
          Rotation(
            first: order[2 * pair], second: order[2 * pair + 1], cosine: cos(angle),
            sine: sin(angle)))
      }
    }
    self.rotations = rotations
  }

  /// X = R·X for X of N rows of `Self.width` numbers.
  func apply(to panel: UnsafeMutablePointer<Double>) {
    let rows = UnsafeMutableRawPointer(panel)
    let stride = Self.width * MemoryLayout<Double>.stride
    for rotation in rotations {
      let first = rows + rotation.first * stride
      let second = rows + rotation.second * stride
      let (c, s) = (rotation.cosine, rotation.sine)
      for offset in Swift.stride(from: 0, to: stride, by: MemoryLayout<SIMD8<Double>>.stride) {
        let x = first.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
        let y = second.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
        first.storeBytes(of: c * x + s * y, toByteOffset: offset, as: SIMD8<Double>.self)
        second.storeBytes(of: c * y - s * x, toByteOffset: offset, as: SIMD8<Double>.self)
      }
    }
  }

  /// The columns of a panel: few enough that N rows of them stay in cache.
  static let width = 16
}
