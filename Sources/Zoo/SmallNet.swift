package import NetworkIR
import TensorCore

/// The small network of the paper's CIFAR experiments: blocks of convolution, batch normalization,
/// ReLU and 2×2 max pooling, then two fully connected nodes with a ReLU between.
///
/// Channels 8, 16, 32 and, with four convolutions, 64; the hidden features, 64, follow `width` too.
/// The 3×3 network of three convolutions has no padding, every other one pads by (k − 1)/2.
/// Source: ExpandNets, appendices A.2 and A.4.
package struct SmallNet: ZooNetwork {
  package static let name = "smallnet"
  package static let summary = "3 or 4 convolutions with batch normalization, 2 fully connected"

  package var kernel: Int
  package var convolutions: Int
  package var classes: Int
  package var width = 1.0
  package var inputShape: [Int]

  package init(
    kernel: Int = 7, convolutions: Int = 3, classes: Int = 10, inputShape: [Int] = [3, 32, 32]
  ) {
    self.kernel = kernel
    self.convolutions = convolutions
    self.classes = classes
    self.inputShape = inputShape
  }

  package init() { self.init(kernel: 7) }

  package func model(seed: UInt64) throws(ZooError) -> Model {
    for (option, value, allowed) in [
      (ZooError.Option.kernel, kernel, [3, 5, 7, 9]),
      (ZooError.Option.convolutions, convolutions, [3, 4]),
    ] where !allowed.contains(value) {
      throw .notAmong(option: option, value: value, allowed: allowed)
    }
    let padding = kernel == 3 && convolutions == 3 ? 0 : (kernel - 1) / 2
    let names = ModuleNames(callsFunctions: convolutions == 3)

    var builder = try builder(seed: seed)
    var x = builder.input
    for block in 0..<convolutions {
      x = try builder.convolution(
        x, scaled(8 << block), .square(kernel, padding: padding), hasBias: true,
        module: names.convolution(block))
      x = builder.batchNormalization(x, module: names.normalization(block))
      x = builder.activation(x, .relu, module: names.relu(block))
      x = try builder.maxPool(x, .square(2, stride: 2), module: names.pooling(block))
    }
    x = try builder.linear(builder.flatten(x), scaled(64), module: names.hidden)
    x = builder.activation(x, .relu, module: names.hiddenRelu)
    x = try builder.linear(x, classes, module: names.logits)
    return try builder.build(x, as: "logits")
  }
}

/// How a network's modules are called; empty for what it calls as a function.
///
/// The networks of three convolutions call ReLU and pooling as functions, those of four have
/// modules for them, which is why the paper counts MACs of these alone.
private struct ModuleNames {
  let callsFunctions: Bool

  func convolution(_ block: Int) -> String {
    callsFunctions ? "conv\(block + 1)" : "features.\(4 * block)"
  }

  func normalization(_ block: Int) -> String {
    callsFunctions ? "bn\(block + 1)" : "features.\(4 * block + 1)"
  }

  func relu(_ block: Int) -> String { callsFunctions ? "" : "features.\(4 * block + 2)" }

  func pooling(_ block: Int) -> String { callsFunctions ? "" : "features.\(4 * block + 3)" }

  var hidden: String { callsFunctions ? "fc1" : "classifier.0" }
  var hiddenRelu: String { callsFunctions ? "" : "classifier.1" }
  var logits: String { callsFunctions ? "fc2" : "classifier.2" }
}
