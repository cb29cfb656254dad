package import NetworkIR
import TensorCore

/// The small network of the paper's CIFAR experiments: blocks of convolution, batch normalization,
/// ReLU and 2×2 max pooling, then two fully connected nodes with a ReLU between.
///
/// Channels 8, 16, 32 and, with four convolutions, 64. The 3×3 network of three convolutions has no
/// padding, every other one pads by (k − 1)/2. Source: ExpandNets, appendices A.2 and A.4.
package struct SmallNet: ZooNetwork {
  package static let name = "smallnet"
  package static let summary = "3 or 4 convolutions with batch normalization, 2 fully connected"

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
    let names = ModuleNames(callsFunctions: convolutions == 3)

    var chain = NodeChain(input: "input", shape: inputShape, output: "logits", seed: seed)
    var channels = inputShape[0]
    var extents = Array(inputShape[1...])
    for block in 0..<convolutions {
      let outputChannels = 8 << block
      chain.addConvolution(
        (channels, outputChannels), window, module: names.convolution(block))
      chain.addBatchNormalization(channels: outputChannels, module: names.normalization(block))
      chain.add(.activation(.relu), module: names.relu(block))
      chain.add(.pool(Pool(.max, window: Window(pooling))), module: names.pooling(block))
      guard let next = window.outputExtents(extents).flatMap({ pooling.outputExtents($0) }) else {
        throw .inputTooSmall(inputShape)
      }
      (channels, extents) = (outputChannels, next)
    }
    chain.add(.flatten(Flatten()))
    chain.addLinear(
      (channels * extents.reduce(1, *), Self.hiddenFeatures), module: names.hidden)
    chain.add(.activation(.relu), module: names.hiddenRelu)
    chain.addLinear((Self.hiddenFeatures, classes), module: names.logits, isLast: true)
    return try chain.build(features: classes)
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

/// How a network's modules are called; nil for what it calls as a function.
///
/// The networks of three convolutions call ReLU and pooling as functions, those of four have modules
/// for them, which is why the paper counts MACs of these alone.
private struct ModuleNames {
  let callsFunctions: Bool

  func convolution(_ block: Int) -> String {
    callsFunctions ? "conv\(block + 1)" : "features.\(4 * block)"
  }

  func normalization(_ block: Int) -> String {
    callsFunctions ? "bn\(block + 1)" : "features.\(4 * block + 1)"
  }

  func relu(_ block: Int) -> String? { callsFunctions ? nil : "features.\(4 * block + 2)" }

  func pooling(_ block: Int) -> String? { callsFunctions ? nil : "features.\(4 * block + 3)" }

  var hidden: String { callsFunctions ? "fc1" : "classifier.0" }
  var hiddenRelu: String? { callsFunctions ? nil : "classifier.1" }
  var logits: String { callsFunctions ? "fc2" : "classifier.2" }
}
