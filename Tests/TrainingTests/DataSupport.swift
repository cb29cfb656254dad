import Training

extension ImageSet {
  /// Image `index`, normalized.
  func image(_ index: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: elementsPerImage) { buffer, count in
      count = elementsPerImage
      copyImage(index, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
    }
  }
}

extension BatchLoader.Epoch {
  /// Batch `index`: its images one after another, and its labels.
  func batch(_ index: Int, of loader: BatchLoader) -> (images: [Float], labels: [Int32]) {
    let size = loader.images.elementsPerImage
    var images = [Float](repeating: .nan, count: loader.batchSize * size)
    var labels = [Int32](repeating: -1, count: loader.batchSize)
    let count = images.withUnsafeMutableBufferPointer { images in
      labels.withUnsafeMutableBufferPointer { load(index, images: images, labels: $0) }
    }
    return (Array(images.prefix(count * size)), Array(labels.prefix(count)))
  }
}
