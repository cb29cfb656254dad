/// What makes the shapes hard to tell apart; chosen so that a small network stays below 92%.
struct ShapeDifficulty {
  /// Pixels from a shape's middle to its farthest point.
  let radius: ClosedRange<Float>

  /// Ratio of the shape's two axes, either way.
  let largestStretch: Float

  /// Pixels that the middle may be away from the picture's middle.
  let shift: Float

  /// Distance of the shape's colour from the background's, in the unit cube of colours.
  let contrast: ClosedRange<Float>

  /// Strokes and blobs behind the shape, and in front of it.
  let clutterBehind: ClosedRange<Int>
  let clutterInFront: ClosedRange<Int>

  /// Largest change of a pixel by noise; its distribution is a triangle.
  let noise: ClosedRange<Float>

  static let standard = ShapeDifficulty(
    radius: 8...13, largestStretch: 1.25, shift: 5, contrast: 0.35...0.9, clutterBehind: 1...4,
    clutterInFront: 0...2, noise: 0.05...0.25)
}
