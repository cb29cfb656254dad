import CMatrixProduct
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
  private let rotations: [row_rotation]

  init(size: Int, using generator: inout SeededGenerator) {
    self.size = size
    let stages = size < 2 ? 0 : max(16, Int.bitWidth - (size - 1).leadingZeroBitCount + 6)
    var rotations: [row_rotation] = []
    rotations.reserveCapacity(stages * (size / 2))
    var order = Array(0..<size)
    for _ in 0..<stages {
      generator.shuffle(&order)
      for pair in 0..<size / 2 {
        let (cosine, sine) = Self.turn(using: &generator)
        rotations.append(
          row_rotation(
            first: UInt32(order[2 * pair]), second: UInt32(order[2 * pair + 1]),
            cosine: cosine, sine: sine))
      }
    }
    self.rotations = rotations
  }

  /// Cosine and sine of an angle, by the tangent t of its half, which is drawn between those of
  /// π/16 and 3π/16: (1 − t²)/(1 + t²) and 2t/(1 + t²), then by a quarter turn or more.
  private static func turn(using generator: inout SeededGenerator) -> (Double, Double) {
    let t = generator.uniform(in: 0.19891..<0.66818)
    let scale = 1 / (1 + t * t)
    let (cosine, sine) = ((1 - t * t) * scale, 2 * t * scale)
    return switch generator.next() >> 62 {
    case 0: (cosine, sine)
    case 1: (-sine, cosine)
    case 2: (-cosine, -sine)
    default: (sine, -cosine)
    }
  }

  /// X = R·X for X of N rows of `Self.width` numbers.
  func apply(to panel: UnsafeMutablePointer<Double>) {
    rotations.withUnsafeBufferPointer { rotate_rows(panel, $0.baseAddress, $0.count) }
  }

  /// Calls `body` with room, of any content, for a panel of so many rows.
  static func withPanel(rows: Int, _ body: (UnsafeMutablePointer<Double>) -> Void) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: rows * width) { room in
      if let room = room.baseAddress { body(room) }
    }
  }

  /// The columns of a panel: few enough that N rows of them stay in cache.
  static let width = ROTATED_COLUMNS
}
