import Foundation
import TensorCore

/// Orthonormal filters of one axis, filter s near the shift by s taps.
///
/// The rows of a rotation of three dimensions by small angles about each axis, so that no tap of
/// any filter is zero; an axis of one tap has the filter 1.
struct TapFilters {
  let rows: [[Double]]

  /// - Parameter turn: the angles, in radians, which vary by a quarter and in sign.
  init(extent: Int, turn: Double, using generator: inout SeededGenerator) {
    var rows = (0..<extent).map { row in (0..<extent).map { $0 == row ? 1.0 : 0 } }
    for first in 0..<extent {
      for second in first + 1..<max(first + 1, extent) {
        let sign: Double = Bool.random(using: &generator) ? 1 : -1
        let angle = sign * turn * generator.uniform(in: 0.75..<1.25)
        for index in rows.indices {
          let (x, y) = (rows[index][first], rows[index][second])
          rows[index][first] = cos(angle) * x + sin(angle) * y
          rows[index][second] = cos(angle) * y - sin(angle) * x
        }
      }
    }
    self.rows = rows
  }
}
