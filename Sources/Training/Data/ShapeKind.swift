import Foundation

/// The ten classes of the built-in set, each an outline that contains the origin or winds about it.
///
/// In its own coordinates a shape reaches about 1 from the origin. `distance` is negative inside,
/// and near the outline it is the distance to it.
package enum ShapeKind: Int, CaseIterable, Sendable {
  case disc, ring, square, triangle, hexagon, star, cross, crescent, heart, bar

  package func distance(_ x: Float, _ y: Float) -> Float {
    switch self {
    case .disc: length(x, y) - 0.85
    case .ring: abs(length(x, y) - 0.68) - 0.2
    case .square: box(x, y, 0.72, 0.72)
    case .triangle: polygon(x, y, sides: 3)
    case .hexagon: polygon(x, y, sides: 6)
    case .star: starDistance(x, y)
    case .cross: min(box(x, y, 0.9, 0.28), box(x, y, 0.28, 0.9))
    case .crescent: max(length(x + 0.15, y) - 0.85, 0.72 - length(x - 0.3, y))
    case .heart: heartDistance(x + 0.22, y + 0.22)
    case .bar: box(x, y, 0.95, 0.36)
    }
  }
}

private func length(_ x: Float, _ y: Float) -> Float { (x * x + y * y).squareRoot() }

private func box(_ x: Float, _ y: Float, _ halfWidth: Float, _ halfHeight: Float) -> Float {
  max(abs(x) - halfWidth, abs(y) - halfHeight)
}

/// The point (x, y) turned and mirrored into the first half sector of an n-fold star or polygon.
private func sectorPoint(_ x: Float, _ y: Float, sides: Int) -> (along: Float, across: Float) {
  let sector = 2 * Float.pi / Float(sides)
  let angle = atan2f(y, x)
  let turned = abs(angle - sector * (angle / sector).rounded())
  let radius = length(x, y)
  return (radius * cosf(turned), radius * sinf(turned))
}

/// A regular polygon whose corners lie at 0.95 (triangle: 1.05) from the origin.
private func polygon(_ x: Float, _ y: Float, sides: Int) -> Float {
  let radius: Float = sides == 3 ? 1.05 : 0.95
  return sectorPoint(x, y, sides: sides).along - radius * cosf(.pi / Float(sides))
}

/// Five points at 1.05; each half point is bounded by the line from its tip to the inner corner.
private func starDistance(_ x: Float, _ y: Float) -> Float {
  let (tip, inner): (Float, Float) = (1.05, 0.46)
  let (cornerX, cornerY) = (inner * cosf(.pi / 5), inner * sinf(.pi / 5))
  let point = sectorPoint(x, y, sides: 5)
  let cross = (cornerX - tip) * point.across - cornerY * (point.along - tip)
  return -cross / length(cornerX - tip, cornerY)
}

/// A square with a half disc on each of two sides that meet.
private func heartDistance(_ x: Float, _ y: Float) -> Float {
  let half: Float = 0.55
  return min(
    box(x, y, half, half), length(x - half, y) - half, length(x, y - half) - half)
}
