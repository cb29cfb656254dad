package import NetworkIR
import TensorCore

/// MobileNetV2: blocks that widen by a 1×1 convolution, filter depthwise by a 3×3 one and narrow by
/// a linear 1×1 one, with a residual sum where extents allow it.
///
/// Structure and names are torchvision's. Channels are multiples of 8 at every width; the last 1280
/// grow with a width above 1 and never shrink. Source: M. Sandler et al., *MobileNetV2*, table 2.
package struct MobileNetV2: ZooNetwork {
  package static let name = "mobilenetv2"
  package static let summary = "17 inverted residual blocks with linear bottlenecks"

  package var classes = 1000
  package var width = 1.0
  package var inputShape = [3, 224, 224]

  /// Expansion t, output channels c, repeats n, stride s of the first.
  private static let stages: [(t: Int, c: Int, n: Int, s: Int)] = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
    (6, 160, 3, 2), (6, 320, 1, 1),
  ]

  package init() {}

  package func model(seed: UInt64) throws(ZooError) -> Model {
    var builder = try builder(seed: seed)
    var x = try rectified(
      builder.input, scaled(32, multipleOf: 8), .square(3, stride: 2, padding: 1),
      module: "features.0", &builder)
    var index = 1
    for stage in Self.stages {
      for block in 0..<stage.n {
        x = try invertedResidual(
          x, scaled(stage.c, multipleOf: 8), expansion: stage.t, stride: block == 0 ? stage.s : 1,
          module: "features.\(index)", &builder)
        index += 1
      }
    }
    let last = width > 1 ? scaled(1280, multipleOf: 8) : 1280
    x = try rectified(x, last, .square(1), module: "features.\(index)", &builder)
    x = builder.flatten(builder.globalAveragePool(x))
    x = try builder.linear(x, classes, module: "classifier.1")
    return try builder.build(x, as: "logits")
  }

  private func invertedResidual(
    _ x: Feature, _ outputs: Int, expansion: Int, stride: Int, module: String,
    _ builder: inout NetworkBuilder
  ) throws(ZooError) -> Feature {
    var y = x
    var step = 0
    if expansion != 1 {
      y = try rectified(
        y, x.channels * expansion, .square(1), module: "\(module).conv.\(step)", &builder)
      step += 1
    }
    y = try rectified(
      y, y.channels, .square(3, stride: stride, padding: 1), group: y.channels,
      module: "\(module).conv.\(step)", &builder)
    y = try builder.convolution(y, outputs, .square(1), module: "\(module).conv.\(step + 1)")
    y = builder.batchNormalization(y, module: "\(module).conv.\(step + 2)")
    let isResidual = stride == 1 && x.channels == outputs
    return isResidual ? builder.sum(x, y, module: module) : y
  }

  /// Convolution, batch normalization and ReLU6.
  private func rectified(
    _ x: Feature, _ outputs: Int, _ window: WindowGeometry, group: Int = 1, module: String,
    _ builder: inout NetworkBuilder
  ) throws(ZooError) -> Feature {
    var y = try builder.convolution(x, outputs, window, group: group, module: "\(module).0")
    y = builder.batchNormalization(y, module: "\(module).1")
    return builder.relu6(y, module: "\(module).2")
  }
}
