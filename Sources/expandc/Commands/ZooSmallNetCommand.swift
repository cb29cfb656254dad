import ArgumentParser
import ONNXFormat
import Zoo

/// `zoo smallnet`: builds the paper's CIFAR network.
struct ZooSmallNetCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: SmallNet.name, abstract: "Build SmallNet: \(SmallNet.summary).")

  @Option(help: "Extent of the kernels: 3, 5, 7 or 9.")
  var kernel = 7

  @Option(help: "Number of convolutions: 3 or 4.")
  var convs = 3

  @Option(help: "Number of classes.")
  var classes = 10

  @Option(help: "Height and width of the image.")
  var size = 32

  @Option(help: "Seed of the weights.")
  var seed: UInt64 = 0

  @Option(name: [.customShort("o"), .customLong("output")], help: "Where the model goes.")
  var destination: ModelPath

  @OptionGroup var output: OutputOptions

  func run() throws {
    let network = SmallNet(
      kernel: kernel, convolutions: convs, classes: classes, inputShape: [3, size, size])
    let model = try network.model(seed: seed)
    try destination.write(model)
    try output.console(besides: destination).show(BuiltModelReport(destination, model))
  }
}
