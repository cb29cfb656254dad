import TensorCore
import Testing
import Training

@Suite struct DataBatchTests {
  /// Images 2×3×4 whose every element is the image's index.
  private func images(_ count: Int, normalization: Normalization? = nil) -> ImageSet {
    let elements = (0..<count).flatMap { [Float](repeating: Float($0), count: 24) }
    return ImageSet(
      pixels: Tensor(elements, shape: [count, 2, 3, 4]),
      labels: (0..<count).map { Int32($0 % 5) }, classCount: 5,
      normalization: normalization ?? .none(channels: 2))
  }

  @Test func `batches in order hold every image once, with its label`() {
    let loader = BatchLoader(images(10), batchSize: 4)
    let epoch = loader.epoch(0)
    #expect(epoch.batchCount == 3)
    #expect(epoch.order == Array(0..<10))
    for (index, members) in [0..<4, 4..<8, 8..<10].enumerated() {
      let batch = epoch.batch(index, of: loader)
      #expect(batch.images == members.flatMap { [Float](repeating: Float($0), count: 24) })
      #expect(batch.labels == members.map { Int32($0 % 5) })
    }
  }

  @Test(arguments: [(10, 4, 2), (12, 4, 3), (3, 4, 0)])
  func `a last partial batch is dropped where asked`(count: Int, batchSize: Int, expected: Int) {
    let loader = BatchLoader(images(count), batchSize: batchSize, remainder: .drop)
    #expect(loader.batchCount == expected)
  }

  @Test(arguments: UInt64(0)..<8)
  func `shuffled epochs are permutations that differ and can be repeated`(seed: UInt64) {
    let loader = BatchLoader(images(50), batchSize: 7, shuffles: true, seed: seed)
    let (first, second) = (loader.epoch(0), loader.epoch(1))
    #expect(first.order.sorted() == Array(0..<50), "seed \(seed)")
    #expect(first.order != Array(0..<50), "seed \(seed)")
    #expect(first.order != second.order, "seed \(seed)")
    #expect(first.order == loader.epoch(0).order, "seed \(seed)")
    let shown = (0..<first.batchCount).flatMap { index in
      let images = first.batch(index, of: loader).images
      return stride(from: 0, to: images.count, by: 24).map { Int(images[$0]) }
    }
    #expect(shown == first.order, "seed \(seed)")
  }

  @Test func `every image comes first about equally often`() {
    let loader = BatchLoader(images(6), batchSize: 6, shuffles: true, seed: 9)
    var counts = [Int](repeating: 0, count: 6)
    for epoch in 0..<6000 { counts[loader.epoch(epoch).order[0]] += 1 }
    // Binomial with mean 1000 and deviation √(1000·5/6) = 29: six of them.
    for count in counts { #expect(abs(count - 1000) < 174, "\(counts)") }
  }

  @Test func `an augmented batch is what the augmentation makes of each image`() {
    let normalization = Normalization(mean: [1, 2], deviation: [2, 4])
    let augmentation = Augmentation(cropPadding: 2, flips: true)
    let loader = BatchLoader(
      images(8, normalization: normalization), batchSize: 8, augmentation: augmentation, seed: 6)
    let batch = loader.epoch(3).batch(0, of: loader)
    for index in 0..<8 {
      let choice = augmentation.choice(seed: 6, epoch: 3, index: index)
      for (offset, y, x) in (0..<24).map({ ($0, $0 / 4 % 3, $0 % 4) }) {
        let channel = offset / 12
        let row = y + choice.top - 2
        let column = (choice.isMirrored ? 3 - x : x) + choice.left - 2
        let raw: Float = (0..<3).contains(row) && (0..<4).contains(column) ? Float(index) : 0
        let expected = channel == 0 ? (raw - 1) / 2 : (raw - 2) / 4
        #expect(batch.images[index * 24 + offset] == expected, "image \(index), \(choice)")
      }
    }
  }
}
