package import NetworkIR
import TensorCore

/// AlexNet made compact: five convolutions with ReLU, global average pooling and one fully
/// connected node in place of three.
///
/// The last convolution has 128, 256 or 512 channels. Convolutions and max poolings are
/// torchvision's otherwise. Source: ExpandNets, supplementary material on ImageNet.
package struct AlexNet: ZooNetwork {
  package static let name = "alexnet"
  package static let summary = "5 convolutions, the last of 128, 256 or 512 channels"

  package var lastChannels = 128
  package var classes = 1000
  package var width = 1.0
  package var inputShape = [3, 224, 224]

  package init() {}

  package func model(seed: UInt64) throws(ZooError) -> Model {
    let allowed = [128, 256, 512]
    guard allowed.contains(lastChannels) else {
      throw .notAmong(option: .lastChannels, value: lastChannels, allowed: allowed)
    }
    let convolutions: [(channels: Int, window: WindowGeometry, isPooled: Bool)] = [
      (64, .square(11, stride: 4, padding: 2), true), (192, .square(5, padding: 2), true),
      (384, .square(3, padding: 1), false), (256, .square(3, padding: 1), false),
      (lastChannels, .square(3, padding: 1), true),
    ]
    var builder = try builder(seed: seed)
    var x = builder.input
    var index = 0
    for (channels, window, isPooled) in convolutions {
      x = try builder.convolution(
        x, scaled(channels), window, hasBias: true, module: "features.\(index)")
      x = builder.activation(x, .relu, module: "features.\(index + 1)")
      index += 2
      if isPooled {
        x = try builder.maxPool(x, .square(3, stride: 2), module: "features.\(index)")
        index += 1
      }
    }
    x = builder.flatten(builder.globalAveragePool(x, module: "avgpool"))
    x = try builder.linear(x, classes, module: "classifier")
    return try builder.build(x, as: "logits")
  }
}
