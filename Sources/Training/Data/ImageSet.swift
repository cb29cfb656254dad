package import TensorCore

/// Labelled images of one size, kept as they were stored and normalized when they are copied out.
///
/// Bytes are scaled to 0…1 before they are normalized, floats are taken as they are.
package struct ImageSet: Sendable {
  /// Channels, height, width.
  package let imageShape: [Int]
  package let classCount: Int
  package let labels: [Int32]
  package let normalization: Normalization

  private let pixels: Tensor
  /// The normalized value of each byte, 256 per channel; empty where the images are floats.
  private let valueOfByte: [Float]

  package var count: Int { labels.count }
  package var elementsPerImage: Int { pixels.elementCount / max(count, 1) }

  /// Requires `pixels` [N, C, H, W] of uint8 or float, and N labels in 0..<`classCount`.
  package init(
    pixels: Tensor, labels: [Int32], classCount: Int, normalization: Normalization
  ) {
    precondition(pixels.shape.count == 4 && pixels.shape[0] == labels.count)
    precondition(pixels.elementType == .uint8 || pixels.elementType == .float)
    imageShape = Array(pixels.shape.dropFirst())
    self.pixels = pixels
    self.labels = labels
    self.classCount = classCount
    self.normalization = normalization
    valueOfByte =
      pixels.elementType == .float
      ? []
      : (0..<imageShape[0]).flatMap { channel in
        (0...255).map { normalization.apply(Float($0) / 255, channel: channel) }
      }
  }

  /// Copies image `index`, normalized, to `target`, which has `elementsPerImage` elements.
  package func copyImage(_ index: Int, into target: UnsafeMutableBufferPointer<Float>) {
    let (count, plane) = (elementsPerImage, imageShape[1] * imageShape[2])
    precondition(labels.indices.contains(index) && target.count == count)
    pixels.storage.withBytes { bytes in
      if valueOfByte.isEmpty {
        let source = bytes.assumingMemoryBound(to: Float.self)
        for channel in 0..<imageShape[0] {
          for element in channel * plane..<(channel + 1) * plane {
            target[element] = normalization.apply(
              source[index * count + element], channel: channel)
          }
        }
      } else {
        valueOfByte.withUnsafeBufferPointer { table in
          for channel in 0..<imageShape[0] {
            for element in channel * plane..<(channel + 1) * plane {
              target[element] = table[channel << 8 | Int(bytes[index * count + element])]
            }
          }
        }
      }
    }
  }
}
