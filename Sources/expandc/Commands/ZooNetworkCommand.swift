import ArgumentParser
import Zoo

/// `zoo NAME`: builds a network that has no options of its own.
struct ZooNetworkCommand<Network: ZooNetwork>: ReportingCommand {
  static var configuration: CommandConfiguration { .zoo(Network.self) }

  @OptionGroup var options: ZooOptions<Network>

  var output: OutputOptions { options.output }

  func run() throws { try options.build(Network()) }
}

extension CommandConfiguration {
  /// Of the command that builds `network`.
  static func zoo<Network: ZooNetwork>(_ network: Network.Type) -> CommandConfiguration {
    CommandConfiguration(
      commandName: network.name, abstract: "Build \(network.name): \(network.summary).")
  }
}
