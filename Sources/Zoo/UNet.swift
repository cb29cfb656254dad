package import NetworkIR
import TensorCore

/// U-Net for segmentation: five levels down by 2×2 max pooling, four up by transposed 2×2
/// convolutions, each of two 3×3 convolutions with bias and ReLU, and what a level saw on the way
/// down concatenated on the way up.
///
/// Channels 32 to 512. The 3×3 convolutions are padded, so that the classes' maps have the image's
/// extents, which are multiples of 16. Source: O. Ronneberger et al., *U-Net*, with the channels
/// and the 34 classes of the paper's Cityscapes experiment.
package struct UNet: ZooNetwork {
  package static let name = "unet"
  package static let summary = "segmentation in 5 levels, with transposed convolutions"

  package var classes = 34
  package var width = 1.0
  package var inputShape = [3, 1024, 2048]

  private static let levels = 5

  package init() {}

  package func model(seed: UInt64) throws(ZooError) -> Model {
    var builder = try builder(seed: seed)
    let factor = 1 << (Self.levels - 1)
    for extent in builder.input.extents where extent % factor != 0 {
      throw .notMultiple(option: .inputExtent, value: extent, of: factor)
    }
    var x = builder.input
    var seen: [Feature] = []
    for level in 0..<Self.levels {
      if level > 0 {
        seen.append(x)
        x = try builder.maxPool(x, .square(2, stride: 2), module: "pool\(level)")
      }
      x = try convolutions(x, channels(level), of: "down\(level + 1)", from: 0, &builder)
    }
    for (level, skip) in seen.enumerated().reversed() {
      let module = "up\(level + 1)"
      x = try builder.upsampling(x, channels(level), by: 2, module: "\(module).0")
      x = builder.concatenation(skip, x)
      x = try convolutions(x, channels(level), of: module, from: 1, &builder)
    }
    x = try builder.convolution(x, classes, .square(1), hasBias: true, module: "head")
    return try builder.build(x, as: "logits")
  }

  private func channels(_ level: Int) -> Int { scaled(32 << level) }

  /// Two convolutions, modules `from` and the next, each with the ReLU that the network calls.
  private func convolutions(
    _ x: Feature, _ outputs: Int, of module: String, from index: Int,
    _ builder: inout NetworkBuilder
  ) throws(ZooError) -> Feature {
    var x = x
    for index in index..<index + 2 {
      x = try builder.convolution(
        x, outputs, .square(3, padding: 1), hasBias: true, module: "\(module).\(index)")
      x = builder.activation(x, .relu)
    }
    return x
  }
}
