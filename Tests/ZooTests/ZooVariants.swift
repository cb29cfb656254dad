import Zoo

/// Every network small enough to run, none of them square, none of the paper's width or classes.
enum ZooVariants {
  static let small: [any ZooNetwork] = [
    variant(SmallNet(kernel: 5, convolutions: 4), width: 0.75, height: 32, 48),
    variant(MobileNet(), width: 0.25, height: 64, 96),
    variant(MobileNetV2(), width: 0.35, height: 64, 96),
    variant(ShuffleNetV2(), width: 1.5, height: 64, 96),
    variant(YOLOLite(), width: 0.5, height: 64, 96),
    variant(UNet(), width: 0.25, height: 32, 48),
    variant(AlexNet(), width: 0.5, height: 96, 112),
  ]

  private static func variant(
    _ network: some ZooNetwork, width: Double, height: Int, _ imageWidth: Int
  ) -> any ZooNetwork {
    var network = network
    network.classes = 7
    network.width = width
    network.inputShape = [3, height, imageWidth]
    return network
  }
}
