import TensorCore

/// Cuts an image set into batches, in an order and with an augmentation that depend on the seed
/// and the epoch alone.
///
/// Filling a batch takes a few per cent of a training step that keeps every core busy, so it is
/// done in line: a thread of its own would take the time from the step.
package struct BatchLoader: Sendable {
  /// What becomes of the images at the end that don't fill a batch.
  package enum Remainder: Sendable {
    case keep, drop
  }

  package let images: ImageSet
  package let batchSize: Int
  package let batchCount: Int
  private let shuffles: Bool
  private let augmentation: Augmentation
  private let seed: UInt64
  private let black: [Float]

  /// Requires a positive `batchSize`.
  package init(
    _ images: ImageSet, batchSize: Int, shuffles: Bool = false,
    augmentation: Augmentation = .none, remainder: Remainder = .keep, seed: UInt64 = 0
  ) {
    precondition(batchSize > 0)
    self.images = images
    self.batchSize = batchSize
    self.shuffles = shuffles
    self.augmentation = augmentation
    self.seed = seed
    let partial = remainder == .keep && images.count % batchSize > 0 ? 1 : 0
    batchCount = images.count / batchSize + partial
    black = (0..<images.imageShape[0]).map { images.normalization.apply(0, channel: $0) }
  }

  /// The batches of one epoch.
  package func epoch(_ number: Int) -> Epoch {
    Epoch(loader: self, number: number, order: order(epoch: number))
  }

  package struct Epoch: Sendable {
    fileprivate let loader: BatchLoader
    fileprivate let number: Int
    /// The index of each image, in the order of the batches.
    package let order: [Int]

    package var batchCount: Int { loader.batchCount }

    /// Fills `images` [batch, C, H, W] and `labels` [batch] from their start with batch `index`, and
    /// returns how many images it has: the batch size, or fewer in a last batch.
    package func load(
      _ index: Int, images: UnsafeMutableBufferPointer<Float>,
      labels: UnsafeMutableBufferPointer<Int32>
    ) -> Int {
      let members = order[index * loader.batchSize..<order.count].prefix(loader.batchSize)
      let size = loader.images.elementsPerImage
      precondition(images.count >= members.count * size && labels.count >= members.count)
      for (position, member) in members.enumerated() {
        loader.copy(
          member, epoch: number,
          into: UnsafeMutableBufferPointer(
            rebasing: images[position * size..<(position + 1) * size]))
        labels[position] = loader.images.labels[member]
      }
      return members.count
    }
  }

  private func copy(_ index: Int, epoch: Int, into target: UnsafeMutableBufferPointer<Float>) {
    guard augmentation != .none else { return images.copyImage(index, into: target) }
    let choice = augmentation.choice(seed: seed, epoch: epoch, index: index)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: target.count) { plain in
      images.copyImage(index, into: plain)
      augmentation.apply(
        choice, to: UnsafeBufferPointer(plain), shape: images.imageShape, black: black,
        into: target)
    }
  }

  /// A uniform permutation by Fisher and Yates, or the order of the set.
  private func order(epoch: Int) -> [Int] {
    var order = Array(0..<images.count)
    guard shuffles else { return order }
    var generator = SeededGenerator(seed: seed, stream: RandomStream.order(epoch: epoch))
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(last, generator.index(below: last + 1))
    }
    return order
  }
}
