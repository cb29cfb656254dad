import ArgumentParser
import NetworkIR

/// `diff`: how two models differ; exit status 0 for the same, 1 for different.
struct DiffCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare structure, metadata and weights of two models by value name.")

  @Argument(help: "The first model.")
  var first: ModelPath

  @Argument(help: "The second model.")
  var second: ModelPath

  @Flag(help: "Read external data through links too.")
  var allowLinkedData = false

  @Flag(help: "Print the summary only.")
  var stat = false

  @Option(
    help: ArgumentHelp(
      "Draw both graphs side by side too, units beside what they stand for.",
      valueName: "file.svg"))
  var svg: PictureFile?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard first != .standardStream || second != .standardStream else {
      throw ValidationError("Only one of the two models can come from standard input.")
    }
  }

  func run() throws {
    let models = (
      try first.read(allowsLinkedData: allowLinkedData),
      try second.read(allowsLinkedData: allowLinkedData)
    )
    let diff = GraphDiff(models.0, models.1)
    var console = output.console
    if let svg {
      try ComparisonPicture.draw(models, diff, (first, second), to: svg)
      console.reportsOnStandardError = svg.path == "-"
    }
    let units = DiffUnit.all(models.0, models.1)
    try console.show(
      DiffReport(
        diff, units: units, first.description, second.description,
        DiffReport.Style(isSummary: stat, isColored: console.allowsColors)))
    if !diff.isEqual { throw ExitStatus.checkFailed }
  }
}
