import ArgumentParser
import Zoo

/// `zoo`: lists the paper's networks, or builds one.
struct ZooCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zoo", abstract: "List or build the paper's networks.",
    subcommands: [ZooListCommand.self, ZooSmallNetCommand.self],
    defaultSubcommand: ZooListCommand.self)
}

/// `zoo list`: what can be built.
struct ZooListCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the networks that can be built.")

  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.console.show(ZooListReport())
  }
}

private struct ZooListReport: Report {
  struct Network: Encodable {
    let name: String
    let inputShape: [Int]
    let summary: String
  }

  var networks = ZooRegistry.networks.map {
    Network(name: type(of: $0).name, inputShape: $0.inputShape, summary: type(of: $0).summary)
  }

  func text(width: Int?) -> String {
    var table = Table(.text("network"), .text("input"), .text("what it is"))
    for network in networks {
      table.add(network.name, network.inputShape.byTimes, network.summary)
    }
    return table.text(width: width)
  }
}
