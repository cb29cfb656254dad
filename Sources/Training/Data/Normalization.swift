/// What brings each channel to about mean 0 and deviation 1: (x − mean) / deviation.
package struct Normalization: Sendable, Hashable {
  /// One per channel.
  package let mean: [Float]
  package let deviation: [Float]

  package init(mean: [Float], deviation: [Float]) {
    precondition(mean.count == deviation.count)
    self.mean = mean
    self.deviation = deviation
  }

  /// Leaves `channels` channels as they are.
  package static func none(channels: Int) -> Normalization {
    Normalization(
      mean: [Float](repeating: 0, count: channels),
      deviation: [Float](repeating: 1, count: channels))
  }

  /// Source: the code released with the ExpandNets paper, as for CIFAR-100.
  package static let cifar10 = Normalization(
    mean: [125.3 / 255, 123.0 / 255, 113.9 / 255],
    deviation: [63.0 / 255, 62.1 / 255, 66.7 / 255])

  package static let cifar100 = Normalization(
    mean: [0.5071, 0.4867, 0.4408], deviation: [0.2675, 0.2565, 0.2761])

  package func apply(_ value: Float, channel: Int) -> Float {
    (value - mean[channel]) / deviation[channel]
  }
}
