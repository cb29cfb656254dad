package import NetworkIR

/// A network of the paper in one of its variants, which can be built with fresh weights.
package protocol ZooNetwork: Sendable {
  /// The name that it goes by on the command line.
  static var name: String { get }

  /// What it is, in one line.
  static var summary: String { get }

  /// The variant of the paper.
  init()

  var classes: Int { get set }

  /// What the numbers of channels are multiplied by.
  var width: Double { get set }

  /// Channels, height and width of one input, without the batch.
  var inputShape: [Int] { get set }

  /// The network with PyTorch's default initialisation, which depends on `seed` alone.
  ///
  /// - Throws: where the variant doesn't exist; see `ZooError`.
  func model(seed: UInt64) throws(ZooError) -> Model
}

/// The networks that can be built.
package enum ZooRegistry {
  /// Each network in the variant that its options default to.
  package static let networks: [any ZooNetwork] = [
    SmallNet(), MobileNet(), MobileNetV2(), ShuffleNetV2(), YOLOLite(), UNet(), AlexNet(),
  ]
}
