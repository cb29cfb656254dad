package import NetworkIR
import TensorCore

/// YOLO-LITE: five blocks of a 3×3 convolution, batch normalization, leaky ReLU and 2×2 max
/// pooling, one more without pooling, and a 1×1 convolution that makes the predictions.
///
/// Each place of the output has 5 anchors of 4 coordinates, 1 objectness and the classes: 125
/// channels for the 20 classes of PASCAL VOC. Source: R. Huang et al., *YOLO-LITE*; the paper's
/// variant has these channels and batch normalization.
package struct YOLOLite: ZooNetwork {
  package static let name = "yolo-lite"
  package static let summary = "object detector of 6 convolutions and 5 anchors"

  package var classes = 20
  package var width = 1.0
  package var inputShape = [3, 608, 608]

  private static let anchors = 5
  private static let pooledChannels = [16, 32, 64, 128, 128]

  package init() {}

  package func model(seed: UInt64) throws(ZooError) -> Model {
    var builder = try builder(seed: seed)
    var x = builder.input
    for (block, channels) in Self.pooledChannels.enumerated() {
      x = try rectified(x, scaled(channels), at: 4 * block, &builder)
      x = try builder.maxPool(x, .square(2, stride: 2), module: "features.\(4 * block + 3)")
    }
    let last = 4 * Self.pooledChannels.count
    x = try rectified(x, scaled(256), at: last, &builder)
    x = try builder.convolution(
      x, Self.anchors * (classes + 5), .square(1), hasBias: true, module: "features.\(last + 3)")
    return try builder.build(x, as: "output")
  }

  /// Convolution, batch normalization and leaky ReLU of slope 0.1: features `index` to `index` + 2.
  private func rectified(
    _ x: Feature, _ outputs: Int, at index: Int, _ builder: inout NetworkBuilder
  ) throws(ZooError) -> Feature {
    var y = try builder.convolution(
      x, outputs, .square(3, padding: 1), module: "features.\(index)")
    y = builder.batchNormalization(y, module: "features.\(index + 1)")
    return builder.activation(y, .leakyRelu(alpha: 0.1), module: "features.\(index + 2)")
  }
}
