import ArgumentParser
import Expansion
import Foundation
import TensorCore

/// The command line: parses, runs, and turns every error into one line and an exit status.
@main
struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "expandc",
    abstract: "Expand a compact network, train it, and contract it back, exactly.",
    discussion: """
      A compact network, read as ONNX, becomes wider and deeper by units that are linear; it is \
      trained so, and contracted into the compact network again, with better weights.
      """,
    version: Provenance.toolVersion,
    subcommands: [
      InspectCommand.self,
      ExpandCommand.self,
      TrainCommand.self,
      EvaluateCommand.self,
      ContractCommand.self,
      VerifyCommand.self,
      DiffCommand.self,
      RunCommand.self,
      ZooCommand.self,
      BenchCommand.self,
      DemoCommand.self,
    ])

  static func main() {
    // So that a file beyond the limit of `ulimit -f` is an error like that of a full disk.
    signal(SIGXFSZ, SIG_IGN)
    Terminal.occupyClosedStreams()
    AddressSpace.economize()
    let start = ContinuousClock.now
    do {
      try checkRoom()
      try checkHelp(CommandLine.arguments.dropFirst())
      var command = try parseAsRoot()
      defer {
        if let command = command as? any ReportingCommand, command.output.verbose {
          Console.complain("expandc: " + ResourceUse.sentence(since: start))
        }
      }
      try command.run()
    } catch {
      Self.finish(error)
    }
  }

  /// Little can be refused in one line where there is no room for that line.
  private static func checkRoom() throws {
    guard !AddressSpace.hasRoom(), let limit = AddressSpace.limit else { return }
    throw Diagnostic(
      .unsupported, "a limit on addresses of \(limit.grouped) bytes leaves too little to begin",
      next: "raise it: ulimit -v \((limit + AddressSpace.reserve) / 1024)")
  }

  /// The parser's `help` ignores what it doesn't know.
  private static func checkHelp(_ arguments: ArraySlice<String>) throws {
    guard arguments.first == "help" else { return }
    var command: any ParsableCommand.Type = Self.self
    for name in arguments.dropFirst() where !name.hasPrefix("-") && name != "help" {
      let known = command.configuration.subcommands
      guard let next = known.first(where: { $0.configuration.commandName == name }) else {
        throw Diagnostic(.usage, "there is no command '\(name)'", next: "see expandc --help")
      }
      command = next
    }
  }

  private static func finish(_ error: any Error) -> Never {
    if let status = error as? ExitStatus { status.exit() }
    if let diagnostic = Diagnostic(error) {
      Console.complain(diagnostic.line)
      diagnostic.status.exit()
    }
    // What is left is the argument parser's own: help and version, or a usage error.
    guard exitCode(for: error).isSuccess else {
      Console.complain(Diagnostic(usage: error, in: self).line)
      ExitStatus.usage.exit()
    }
    do {
      try Console.print(fullMessage(for: error))
    } catch {
      Console.complain(error.diagnostic.line)
      error.diagnostic.status.exit()
    }
    ExitStatus.done.exit()
  }
}
