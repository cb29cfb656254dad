package import NetworkIR
import TensorCore

/// ShuffleNetV2 at 0.5×: blocks that pass half of the channels on, filter the other half and
/// shuffle both.
///
/// Structure and names are torchvision's. `width` multiplies the channels of the three stages, 48,
/// 96 and 192 here, to even numbers; the stem's 24 and the last 1024 stay. Source: N. Ma et al.,
/// *ShuffleNet V2*, table 5.
package struct ShuffleNetV2: ZooNetwork {
  package static let name = "shufflenetv2-0.5"
  package static let summary = "16 blocks of channel split, depthwise convolution and shuffle"

  package var classes = 1000
  package var width = 1.0
  package var inputShape = [3, 224, 224]

  private static let stages: [(channels: Int, repeats: Int)] = [(48, 4), (96, 8), (192, 4)]

  package init() {}

  package func model(seed: UInt64) throws(ZooError) -> Model {
    var builder = try builder(seed: seed)
    var x = try rectified(
      builder.input, 24, .square(3, stride: 2, padding: 1), module: "conv1", at: 0, &builder)
    x = try builder.maxPool(x, .square(3, stride: 2, padding: 1), module: "maxpool")
    for (index, stage) in Self.stages.enumerated() {
      let channels = scaled(stage.channels, multipleOf: 2)
      for block in 0..<stage.repeats {
        let module = "stage\(index + 2).\(block)"
        x =
          block == 0
          ? try downsampling(x, channels, module: module, &builder)
          : try residual(x, module: module, &builder)
      }
    }
    x = try rectified(x, 1024, .square(1), module: "conv5", at: 0, &builder)
    x = try builder.linear(builder.spatialMean(x), classes, module: "fc")
    return try builder.build(x, as: "logits")
  }

  /// Half of the channels pass, the other half is filtered.
  private func residual(
    _ x: Feature, module: String, _ builder: inout NetworkBuilder
  ) throws(ZooError) -> Feature {
    let (kept, filtered) = builder.halves(x, module: module)
    let y = try filtering(filtered, kept.channels, stride: 1, module: module, &builder)
    return builder.channelShuffle(
      builder.concatenation(kept, y, module: module), module: module)
  }

  /// All channels go through both branches, which halve the image.
  private func downsampling(
    _ x: Feature, _ outputs: Int, module: String, _ builder: inout NetworkBuilder
  ) throws(ZooError) -> Feature {
    let branch = "\(module).branch1"
    var y = try depthwise(x, stride: 2, module: branch, at: 0, &builder)
    y = try rectified(y, outputs / 2, .square(1), module: branch, at: 2, &builder)
    let z = try filtering(x, outputs / 2, stride: 2, module: module, &builder)
    return builder.channelShuffle(builder.concatenation(y, z, module: module), module: module)
  }

  /// The second branch: 1×1, depthwise 3×3, 1×1.
  private func filtering(
    _ x: Feature, _ outputs: Int, stride: Int, module: String, _ builder: inout NetworkBuilder
  ) throws(ZooError) -> Feature {
    let branch = "\(module).branch2"
    var y = try rectified(x, outputs, .square(1), module: branch, at: 0, &builder)
    y = try depthwise(y, stride: stride, module: branch, at: 3, &builder)
    return try rectified(y, outputs, .square(1), module: branch, at: 5, &builder)
  }

  /// Depthwise convolution and batch normalization: modules `at` and the next.
  private func depthwise(
    _ x: Feature, stride: Int, module: String, at index: Int, _ builder: inout NetworkBuilder
  ) throws(ZooError) -> Feature {
    let y = try builder.convolution(
      x, x.channels, .square(3, stride: stride, padding: 1), group: x.channels,
      module: "\(module).\(index)")
    return builder.batchNormalization(y, module: "\(module).\(index + 1)")
  }

  /// Convolution, batch normalization and ReLU: modules `at` and the next two.
  private func rectified(
    _ x: Feature, _ outputs: Int, _ window: WindowGeometry, module: String, at index: Int,
    _ builder: inout NetworkBuilder
  ) throws(ZooError) -> Feature {
    var y = try builder.convolution(x, outputs, window, module: "\(module).\(index)")
    y = builder.batchNormalization(y, module: "\(module).\(index + 1)")
    return builder.activation(y, .relu, module: "\(module).\(index + 2)")
  }
}
