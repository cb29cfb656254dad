import ArgumentParser

/// What every command can be told about its printing.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print JSON with stable keys.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print no tables, sentences or progress.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Say on standard error what the command took.")
  var verbose = false

  var console: Console { Console(isJSON: json, isQuiet: quiet) }

  /// The console of a command that writes a model: reports make way where that takes standard
  /// output.
  func console(besides model: ModelPath) -> Console {
    Console(isJSON: json, isQuiet: quiet, reportsOnStandardError: model == .standardStream)
  }
}

/// A command with these options.
protocol ReportingCommand: ParsableCommand {
  var output: OutputOptions { get }
}
