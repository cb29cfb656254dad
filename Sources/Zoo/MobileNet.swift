package import NetworkIR
import TensorCore

/// MobileNet: a strided 3×3 stem, 13 blocks of a depthwise 3×3 and a 1×1 convolution, each with
/// batch normalization and ReLU, average pooling and one fully connected node.
///
/// Channels are multiples of 8 at every width. Source: A. Howard et al., *MobileNets*, table 1.
package struct MobileNet: ZooNetwork {
  package static let name = "mobilenet"
  package static let summary = "13 depthwise separable convolutions"

  package var classes = 1000
  package var width = 1.0
  package var inputShape = [3, 224, 224]

  /// Output channels and stride of each block.
  private static let blocks =
    [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)]
    + Array(repeating: (512, 1), count: 5) + [(1024, 2), (1024, 1)]

  package init() {}

  package func model(seed: UInt64) throws(ZooError) -> Model {
    var builder = try builder(seed: seed)
    var x = try builder.convolution(
      builder.input, scaled(32, multipleOf: 8), .square(3, stride: 2, padding: 1),
      module: "model.0.0")
    x = normalizedRelu(x, &builder, modules: ("model.0.1", "model.0.2"))
    for (block, (channels, stride)) in Self.blocks.enumerated() {
      let module = "model.\(block + 1)"
      x = try builder.convolution(
        x, x.channels, .square(3, stride: stride, padding: 1), group: x.channels,
        module: "\(module).0")
      x = normalizedRelu(x, &builder, modules: ("\(module).1", "\(module).2"))
      x = try builder.convolution(
        x, scaled(channels, multipleOf: 8), .square(1), module: "\(module).3")
      x = normalizedRelu(x, &builder, modules: ("\(module).4", "\(module).5"))
    }
    x = builder.globalAveragePool(x, module: "model.\(Self.blocks.count + 1)")
    x = try builder.linear(builder.flatten(x), classes, module: "fc")
    return try builder.build(x, as: "logits")
  }

  private func normalizedRelu(
    _ x: Feature, _ builder: inout NetworkBuilder, modules: (normalization: String, relu: String)
  ) -> Feature {
    builder.activation(
      builder.batchNormalization(x, module: modules.normalization), .relu, module: modules.relu)
  }
}
