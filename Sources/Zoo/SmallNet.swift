package import NetworkIR
import TensorCore

/// The small network of the paper's CIFAR experiments: blocks of convolution, batch normalization,
/// ReLU and 2×2 max pooling, then two fully connected layers with a ReLU between.
///
/// Channels 8, 16, 32 and, with four convolutions, 64. The 3×3 network of three convolutions has no
/// padding, every other one pads by (k − 1)/2. Source: ExpandNets, appendices A.2 and A.4.
package struct SmallNet: ZooNetwork {
  package static let name = "smallnet"
  package static let summary = "3 or 4 convolutions with batch normalization, 2 linear layers"

  package var kernel: Int
  package var convolutions: Int
  package var classes: Int
  /// Channels, height, width.
  package var inputShape: [Int]

  private static let hiddenFeatures = 64

  package init(
    kernel: Int = 7, convolutions: Int = 3, classes: Int = 10, inputShape: [Int] = [3, 32, 32]
  ) {
    self.kernel = kernel
    self.convolutions = convolutions
    self.classes = classes
    self.inputShape = inputShape
  }

  package func model(seed: UInt64) throws(ZooError) -> Model {
    try validate()
    let padding = kernel == 3 && convolutions == 3 ? 0 : (kernel - 1) / 2
    let pads = [padding, padding]
    let window = WindowGeometry(kernel: [kernel, kernel], padsBegin: pads, padsEnd: pads)
    let pooling = WindowGeometry(kernel: [2, 2], strides: [2, 2])

    var builder = SequentialBuilder(
      input: "input", shape: inputShape, output: "logits", seed: seed)
    builder.begin(section: "features")
    var channels = inputShape[0]
    var extents = Array(inputShape[1...])
    for block in 0..<convolutions {
      let outputChannels = 8 << block
      builder.addConvolution((channels, outputChannels), window)
      builder.addBatchNormalization(channels: outputChannels)
      builder.addRelu()
      builder.addMaxPooling(pooling)
      guard let next = window.outputExtents(extents).flatMap({ pooling.outputExtents($0) }) else {
        throw .inputTooSmall(inputShape)
      }
      (channels, extents) = (outputChannels, next)
    }
    builder.addFlatten()
    builder.begin(section: "classifier")
    builder.addLinear((channels * extents.reduce(1, *), Self.hiddenFeatures))
    builder.addRelu()
    builder.addLinear((Self.hiddenFeatures, classes), isLast: true)
    return try builder.build(features: classes)
  }

  private func validate() throws(ZooError) {
    for (option, value, allowed) in [
      (ZooError.Option.kernel, kernel, [3, 5, 7, 9]),
      (ZooError.Option.convolutions, convolutions, [3, 4]),
    ] where !allowed.contains(value) {
      throw .notAmong(option: option, value: value, allowed: allowed)
    }
    guard inputShape.count == 3 else {
      throw .inputRank(expected: 3, actual: inputShape.count)
    }
    let bounded =
      [(ZooError.Option.classes, classes, 1...100_000)]
      + inputShape.map { (ZooError.Option.inputExtent, $0, 1...4096) }
    for (option, value, allowed) in bounded where !allowed.contains(value) {
      throw .outOfRange(option: option, value: value, allowed: allowed)
    }
  }
}
