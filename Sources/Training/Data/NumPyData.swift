import TensorCore

/// Images and labels from a pair of `.npy` files: X [N, C, H, W] of float or uint8, Y [N] of
/// integers from 0; the largest label gives the number of classes.
enum NumPyData {
  static func load(images imagePath: String, labels labelPath: String) throws -> ImageSet {
    let pixels = try NumPyFile.read(imagePath)
    let labels = try NumPyFile.read(labelPath)
    let isKnownType = pixels.elementType == .float || pixels.elementType == .uint8
    guard isKnownType, pixels.shape.count == 4, pixels.elementCount > 0 else {
      throw DataError.wrongImages(
        path: imagePath, elementType: pixels.elementType, shape: pixels.shape)
    }
    if let element = pixels.firstNotFinite {
      throw DataError.notFinite(
        path: imagePath, index: element / (pixels.elementCount / pixels.shape[0]))
    }
    try DataMemory.check(labels.elementCount * (MemoryLayout<Int>.size + MemoryLayout<Int32>.size))
    guard labels.shape == [pixels.shape[0]], labels.elementType != .bool,
      let numbers = labels.integers
    else {
      throw DataError.wrongLabels(
        path: labelPath, elementType: labels.elementType, shape: labels.shape,
        imageShape: pixels.shape)
    }
    // A set of its own has as many classes as its labels name; only Int32 bounds them.
    let limit = Int(Int32.max)
    if let index = numbers.firstIndex(where: { !(0..<limit).contains($0) }) {
      throw DataError.labelOutOfRange(
        path: labelPath, index: index, label: numbers[index], classCount: limit)
    }
    return ImageSet(
      pixels: pixels, labels: numbers.map(Int32.init), classCount: (numbers.max() ?? 0) + 1,
      normalization: .none(channels: pixels.shape[1]))
  }
}

extension Tensor {
  /// The index of an element that is NaN or infinite, in a tensor of Floats.
  fileprivate var firstNotFinite: Int? {
    elementType == .float ? elements(as: Float.self).firstIndex { !$0.isFinite } : nil
  }
}
