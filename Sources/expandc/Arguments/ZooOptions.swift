import ArgumentParser
import NetworkIR
import Zoo

/// What every network of the zoo is built by; the defaults are those of `Network`.
struct ZooOptions<Network: ZooNetwork>: ParsableArguments {
  @Option(help: "Number of classes.")
  var classes = Network().classes

  @Option(help: "What the numbers of channels are multiplied by.")
  var width = 1.0

  @Option(help: "Height and width of the image: H or HxW.")
  var size = ImageSize(height: Network().inputShape[1], width: Network().inputShape[2])

  @Option(help: "Seed of the weights.")
  var seed: UInt64 = 0

  @Option(name: [.customShort("o"), .customLong("output")], help: "Where the model goes.")
  var destination: ModelPath

  @OptionGroup var output: OutputOptions

  /// Builds and writes `network` with these options, and reports it.
  func build(_ network: Network) throws {
    var network = network
    network.classes = classes
    network.width = width
    network.inputShape = [network.inputShape[0], size.height, size.width]
    let model = try network.model(seed: seed)
    try destination.write(model)
    try output.console(besides: destination).show(BuiltModelReport(destination, model))
  }
}
