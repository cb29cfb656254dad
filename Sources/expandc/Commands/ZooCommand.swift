import ArgumentParser
import Zoo

/// `zoo`: lists the paper's networks, or builds one.
struct ZooCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zoo", abstract: "List or build the paper's networks.",
    subcommands: [
      ZooListCommand.self, ZooSmallNetCommand.self, ZooNetworkCommand<MobileNet>.self,
      ZooNetworkCommand<MobileNetV2>.self, ZooNetworkCommand<ShuffleNetV2>.self,
      ZooNetworkCommand<YOLOLite>.self, ZooNetworkCommand<UNet>.self, ZooAlexNetCommand.self,
    ],
    defaultSubcommand: ZooListCommand.self)
}

/// `zoo list`: what can be built.
struct ZooListCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the networks that can be built.")

  /// Takes what follows the name of a network that isn't there, so that the name gets blamed.
  @Argument(parsing: .allUnrecognized, help: .hidden)
  var unknown: [String] = []

  @OptionGroup var output: OutputOptions

  func run() throws {
    if let unknown = unknown.first {
      throw Diagnostic(
        .usage, "\(unknown) is no network of the zoo",
        next: "choose from "
          + ZooRegistry.networks.map { type(of: $0).name }.joined(separator: ", "))
    }
    try output.console.show(ZooListReport())
  }
}

private struct ZooListReport: Report {
  struct Network: Encodable {
    let name: String
    let inputShape: [Int]
    let classes: Int
    let summary: String
  }

  var networks = ZooRegistry.networks.map {
    Network(
      name: type(of: $0).name, inputShape: $0.inputShape, classes: $0.classes,
      summary: type(of: $0).summary)
  }

  func text(width: Int?) -> String {
    var table = Table(.text("network"), .text("input"), .number("classes"), .text("what it is"))
    for network in networks {
      table.add(network.name, network.inputShape.byTimes, network.classes.grouped, network.summary)
    }
    return table.text(width: width)
  }
}
