import ArgumentParser
import Zoo

/// `zoo smallnet`: builds the paper's CIFAR network.
struct ZooSmallNetCommand: ReportingCommand {
  static var configuration: CommandConfiguration { .zoo(SmallNet.self) }

  @Option(help: "Extent of the kernels: 3, 5, 7 or 9.")
  var kernel = SmallNet().kernel

  @Option(help: "Number of convolutions: 3 or 4.")
  var convs = SmallNet().convolutions

  @OptionGroup var options: ZooOptions<SmallNet>

  var output: OutputOptions { options.output }

  func run() throws {
    try options.build(SmallNet(kernel: kernel, convolutions: convs))
  }
}
