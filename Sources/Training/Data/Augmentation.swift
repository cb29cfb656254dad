import TensorCore

/// Random changes to training images that keep what they show: a shifted crop, a mirror image.
///
/// As torchvision's `RandomCrop(size, padding)` and `RandomHorizontalFlip()` do it: black is padded
/// to each side before normalization, a window of the image's size is cut at a uniform place, and
/// half of the images are mirrored.
package struct Augmentation: Sendable, Hashable {
  /// Pixels padded to each side; nil where there is no crop.
  package let cropPadding: Int?
  package let flips: Bool

  package static let none = Augmentation(cropPadding: nil, flips: false)
  package static let form = "crop:4,flip"

  package init(cropPadding: Int?, flips: Bool) {
    self.cropPadding = cropPadding
    self.flips = flips
  }

  /// Parses a comma-separated list of `crop:PIXELS` and `flip`, in either order; throws
  /// `DataError.malformedSpecification`.
  package init(parsing text: String) throws(DataError) {
    var cropPadding: Int?
    var flips = false
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      if part == "flip", !flips {
        flips = true
      } else if part.hasPrefix("crop:"), cropPadding == nil, let pixels = UInt8(part.dropFirst(5)) {
        cropPadding = Int(pixels)
      } else {
        throw .malformedSpecification(text, expected: Self.form)
      }
    }
    self.init(cropPadding: cropPadding, flips: flips)
  }

  /// What happens to one image: where the window starts in the padded image, and the mirror.
  package struct Choice: Sendable, Hashable {
    package let top: Int
    package let left: Int
    package let isMirrored: Bool
  }

  /// The choice for image `index` in `epoch`, which depends on these and the seed alone.
  package func choice(seed: UInt64, epoch: Int, index: Int) -> Choice {
    var generator = SeededGenerator(
      seed: seed, stream: RandomStream.augmentation(epoch: epoch), UInt64(index))
    let places = 2 * (cropPadding ?? 0) + 1
    return Choice(
      top: generator.index(below: places), left: generator.index(below: places),
      isMirrored: flips && generator.uniform() < 0.5)
  }

  /// Writes the changed image to `target`; `source` is normalized, [C, H, W] as `shape` says, and
  /// `black` is what normalization makes of 0 in each channel.
  package func apply(
    _ choice: Choice, to source: UnsafeBufferPointer<Float>, shape: [Int], black: [Float],
    into target: UnsafeMutableBufferPointer<Float>
  ) {
    let (height, width) = (shape[1], shape[2])
    precondition(source.count == target.count && source.count == shape.reduce(1, *))
    let (down, right) = (choice.top - (cropPadding ?? 0), choice.left - (cropPadding ?? 0))
    for channel in 0..<shape[0] {
      for y in 0..<height {
        let row = (channel * height + y) * width
        let sourceRow = row + down * width
        let isInside = 0..<height ~= y + down
        for x in 0..<width {
          let sourceX = (choice.isMirrored ? width - 1 - x : x) + right
          target[row + x] =
            isInside && 0..<width ~= sourceX ? source[sourceRow + sourceX] : black[channel]
        }
      }
    }
  }
}
