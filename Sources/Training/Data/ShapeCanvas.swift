/// A square RGB picture being painted, in 0…1; colours are (red, green, blue, unused).
struct ShapeCanvas {
  typealias Color = SIMD4<Float>

  let side: Int
  let pixels: UnsafeMutableBufferPointer<Color>

  /// A colour that changes linearly over the picture.
  struct Fill {
    let center: Color
    /// Per pixel to the right, and per pixel down, from the middle of the picture.
    let right: Color
    let down: Color
  }

  /// Paints where `distance`, in pixels, is negative; the edge is as smooth as a pixel is wide.
  ///
  /// Only pixels nearer to (x, y) than `reach` are looked at.
  @inline(__always)
  func paint(
    _ fill: Fill, at x: Float, _ y: Float, reach: Float, opacity: Float = 1,
    distance: (_ dx: Float, _ dy: Float) -> Float
  ) {
    let middle = Float(side) / 2
    for row in range(y, reach) {
      for column in range(x, reach) {
        let (px, py) = (Float(column) + 0.5, Float(row) + 0.5)
        let coverage = min(max(0.5 - distance(px - x, py - y), 0), 1) * opacity
        guard coverage > 0 else { continue }
        let color = fill.center + fill.right * (px - middle) + fill.down * (py - middle)
        pixels[row * side + column] += (color - pixels[row * side + column]) * coverage
      }
    }
  }

  private func range(_ center: Float, _ reach: Float) -> Range<Int> {
    let low = min(max(0, Int(center - reach)), side)
    return low..<max(low, min(side, Int(center + reach) + 1))
  }
}
