import Foundation
import TensorCore

/// Paints one image of the built-in set with the random numbers of its generator.
struct ShapePainter {
  private let difficulty: ShapeDifficulty
  private var generator: SeededGenerator

  private typealias Color = ShapeCanvas.Color
  private typealias Fill = ShapeCanvas.Fill

  init(difficulty: ShapeDifficulty, generator: SeededGenerator) {
    self.difficulty = difficulty
    self.generator = generator
  }

  /// Writes [3, side, side] bytes.
  mutating func paint(_ kind: ShapeKind, into bytes: UnsafeMutableRawBufferPointer) {
    let side = ShapesData.side
    withUnsafeTemporaryAllocation(of: Color.self, capacity: side * side) { pixels in
      pixels.initialize(repeating: .zero)
      let canvas = ShapeCanvas(side: side, pixels: pixels)
      let background = color()
      canvas.paint(
        fill(background), at: Float(side) / 2, Float(side) / 2, reach: Float(side)
      ) { _, _ in -1 }
      for _ in 0..<integer(in: difficulty.clutterBehind) { paintClutter(on: canvas) }
      paintShape(kind, against: background, on: canvas)
      for _ in 0..<integer(in: difficulty.clutterInFront) { paintClutter(on: canvas) }
      writeNoisy(pixels, to: bytes)
    }
  }

  private mutating func paintShape(
    _ kind: ShapeKind, against background: Color, on canvas: ShapeCanvas
  ) {
    let middle = Float(canvas.side) / 2
    let radius = generator.float(in: difficulty.radius)
    let shift = min(difficulty.shift, middle - radius * 0.8)
    let x = middle + generator.float(in: -shift...shift)
    let y = middle + generator.float(in: -shift...shift)
    let turn = generator.float(in: 0...(2 * .pi))
    let stretch = powf(difficulty.largestStretch, generator.float(in: -0.5...0.5))
    // Picture to shape: turn, then scale each axis; the smaller radius turns distances to pixels.
    let (cosine, sine) = (cosf(turn), sinf(turn))
    let (radiusX, radiusY) = (radius * stretch, radius / stretch)
    let scale = min(radiusX, radiusY)
    let fill = fill(color(unlike: background))
    canvas.paint(fill, at: x, y, reach: 1.2 * max(radiusX, radiusY) + 1) { dx, dy in
      let u = (cosine * dx + sine * dy) / radiusX
      let v = (cosine * dy - sine * dx) / radiusY
      return kind.distance(u, v) * scale
    }
  }

  /// A stroke or a round blob of any colour at any place.
  private mutating func paintClutter(on canvas: ShapeCanvas) {
    let side = Float(canvas.side)
    let (x, y) = (generator.float(in: 0...side), generator.float(in: 0...side))
    let fill = fill(color())
    let opacity = generator.float(in: 0.5...1)
    if generator.uniform() < 0.6 {
      let (half, width) = (generator.float(in: 2...9), generator.float(in: 0.5...1.5))
      let turn = generator.float(in: 0...(.pi))
      let (cosine, sine) = (cosf(turn), sinf(turn))
      canvas.paint(fill, at: x, y, reach: half + width + 1, opacity: opacity) { dx, dy in
        let along = min(max(cosine * dx + sine * dy, -half), half)
        let (restX, restY) = (dx - cosine * along, dy - sine * along)
        return (restX * restX + restY * restY).squareRoot() - width
      }
    } else {
      let radius = generator.float(in: 1...3.5)
      canvas.paint(fill, at: x, y, reach: radius + 1, opacity: opacity) { dx, dy in
        (dx * dx + dy * dy).squareRoot() - radius
      }
    }
  }

  private mutating func color() -> Color {
    Color(
      generator.float(in: 0...1), generator.float(in: 0...1), generator.float(in: 0...1), 0)
  }

  /// A colour whose distance from `other` is at least the contrast drawn, or the farthest of 16.
  private mutating func color(unlike other: Color) -> Color {
    let contrast = generator.float(in: difficulty.contrast)
    var best = (color: other, distance: Float(0))
    for _ in 0..<16 {
      let candidate = color()
      let difference = candidate - other
      let distance = (difference * difference).sum().squareRoot()
      if distance > best.distance { best = (candidate, distance) }
      if distance >= contrast { break }
    }
    return best.color
  }

  /// `center` with a slight change of colour across the picture.
  private mutating func fill(_ center: Color) -> Fill {
    let slope: ClosedRange<Float> = -0.25...0.25
    let change = Color(
      generator.float(in: slope), generator.float(in: slope), generator.float(in: slope), 0)
    let turn = generator.float(in: 0...(2 * .pi))
    let perPixel = change * (2 / Float(ShapesData.side))
    return Fill(center: center, right: perPixel * cosf(turn), down: perPixel * sinf(turn))
  }

  private mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + generator.index(below: range.count)
  }

  /// Adds to each channel the difference of two uniform numbers, and rounds to bytes.
  private mutating func writeNoisy(
    _ pixels: UnsafeMutableBufferPointer<Color>, to bytes: UnsafeMutableRawBufferPointer
  ) {
    let amplitude = 255 * generator.float(in: difficulty.noise)
    let perUnit = amplitude / 65536
    for channel in 0..<3 {
      for (index, pixel) in pixels.enumerated() {
        let bits = generator.next()
        let noise = Float(bits & 0xffff) - Float(bits >> 16 & 0xffff)
        let value = pixel[channel] * 255 + noise * perUnit
        bytes[channel * pixels.count + index] = UInt8(min(max(value, 0), 255).rounded())
      }
    }
  }
}
