import ArgumentParser
import Foundation

/// `demo`: the main job on built-in data, end to end.
struct DemoCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "The main job on built-in data, end to end, in about half a minute.",
    discussion: """
      Builds SmallNet 7×7 and its expansion CK+FC, r = 4, trains both on the built-in data set \
      'shapes' with one recipe, contracts, verifies, compares, and prints what each came to.
      """)

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Keep the models in this folder.", valueName: "folder"))
  var folder: String?

  @Option(help: ArgumentHelp("What weights, data and order depend on.", valueName: "n"))
  var seed: UInt64 = 0

  @OptionGroup var compute: ThreadsOption

  @OptionGroup var output: OutputOptions

  func run() throws {
    let place = try DemoFolder(folder)
    defer { place.removeIfTemporary() }
    let demonstration = Demonstration(
      folder: place, seed: seed, threads: compute.threads, isSilent: output.quiet || output.json)
    let report = try demonstration.run()
    try output.console.show(report)
    guard report.verify.passed, report.isSameGraph else { throw ExitStatus.checkFailed }
  }
}
