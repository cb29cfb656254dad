import ArgumentParser
import Expansion
import Foundation

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
    let start = ContinuousClock.now
    do {
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
