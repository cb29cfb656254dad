import ArgumentParser
import Zoo

/// `zoo alexnet`: builds AlexNet with one of three widths of its last convolution.
struct ZooAlexNetCommand: ReportingCommand {
  static var configuration: CommandConfiguration { .zoo(AlexNet.self) }

  @Option(help: "Channels of the last convolution: 128, 256 or 512.")
  var lastChannels = AlexNet().lastChannels

  @OptionGroup var options: ZooOptions<AlexNet>

  var output: OutputOptions { options.output }

  func run() throws {
    var network = AlexNet()
    network.lastChannels = lastChannels
    try options.build(network)
  }
}
