import TensorCore

/// A built-in, procedural set: 3×32×32 images of ten kinds of shapes, with random pose and colour,
/// in clutter and noise.
///
/// Image i shows kind i mod 10, so the classes are balanced. Each image depends on the seed, the
/// split and its index alone.
struct ShapesData {
  private let options: ShapesOptions
  private let difficulty: ShapeDifficulty

  static let side = 32

  init(_ options: ShapesOptions, difficulty: ShapeDifficulty = .standard) {
    self.options = options
    self.difficulty = difficulty
  }

  func generate(_ split: DataSpecification.Split) throws(DataError) -> ImageSet {
    let count = split == .train ? options.trainCount : options.testCount
    let kinds = ShapeKind.allCases.count
    let size = 3 * Self.side * Self.side
    try DataMemory.check(count * (size + MemoryLayout<Int32>.size))
    let storage = TensorStorage(byteCount: count * size) { bytes in
      // Chunks write to disjoint ranges of `bytes`, which outlives them.
      nonisolated(unsafe) let bytes = bytes
      let chunk = 64
      Parallel.perform((count + chunk - 1) / chunk) { part in
        for index in part * chunk..<min(count, (part + 1) * chunk) {
          var painter = ShapePainter(
            difficulty: difficulty,
            generator: SeededGenerator(
              seed: options.seed, stream: split.rawValue, UInt64(index)))
          painter.paint(
            ShapeKind.allCases[index % kinds],
            into: UnsafeMutableRawBufferPointer(
              rebasing: bytes[index * size..<(index + 1) * size]))
        }
      }
    }
    return ImageSet(
      pixels: Tensor(
        elementType: .uint8, shape: [count, 3, Self.side, Self.side], storage: storage),
      labels: (0..<count).map { Int32($0 % kinds) }, classCount: kinds,
      normalization: Normalization(
        mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25]))
  }
}
