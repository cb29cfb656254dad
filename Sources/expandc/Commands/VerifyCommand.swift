import ArgumentParser
import Execution
import NetworkIR
import TensorCore

/// `verify`: whether two networks compute the same; exit status 0 if so, 1 if not.
struct VerifyCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Run two networks on the same inputs and compare their outputs.",
    discussion: """
      Inputs are random images, images that are large at the border and zero within, and constant \
      ones, or what --input names. The tolerance is how far rounding moves the outputs of these two \
      networks on these inputs; -v shows how it is made.
      """)

  @Argument(help: "The first model.")
  var first: ModelPath

  @Argument(help: "The second model.")
  var second: ModelPath

  @Flag(help: "Read external data through links too.")
  var allowLinkedData = false

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "What to run on, one for each input (- for standard input); the name only where there are "
        + "several.",
      valueName: "name=x.npy"))
  var input: [NamedTensor] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "The extents of an input that leaves some open.", valueName: "name=1,3,224,224"))
  var inputShape: [NamedShape] = []

  @Option(
    help: ArgumentHelp("Images of each kind, where the model leaves that open.", valueName: "n"))
  var batchSize = 4

  @Option(help: ArgumentHelp("Seed of the random images.", valueName: "n"))
  var seed: UInt64 = 0

  @OptionGroup var compute: ThreadsOption

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !([first, second] + input.map(\.path)).sharesStandardStream else {
      throw ValidationError("Only one of models and inputs can come from standard input")
    }
    guard (1...1 << 20).contains(batchSize) else {
      throw ValidationError("--batch-size takes 1 to 1048576")
    }
  }

  func run() throws {
    let graphs = (
      try first.read(allowsLinkedData: allowLinkedData).graph,
      try second.read(allowsLinkedData: allowLinkedData).graph
    )
    let options = try options(for: graphs.0)
    let report: ComparisonReport
    do {
      report = try ModelComparison.compare(graphs.0, graphs.1, options: options)
    } catch .execution(let side, let error) {
      throw error.diagnostic.within((side == .first ? first : second).description.asInput)
    } catch {
      let diagnostic = error.diagnostic
      guard diagnostic.status != .usage else { throw diagnostic }
      throw diagnostic.within("\(first.description.asInput) and \(second.description.asInput)")
    }
    for name in report.unresponsive {
      Console.warn(
        "the output '\(name)' is the same for all inputs, up to rounding: this says little of the "
          + "nodes that make it")
    }
    try output.console.show(
      VerifyReport(
        report, first.description, second.description, isDetailed: output.verbose))
    if !report.passed { throw ExitStatus.checkFailed }
  }

  private func options(for graph: Graph) throws -> ComparisonOptions {
    var options = ComparisonOptions()
    options.seed = seed
    options.batchSize = batchSize
    options.threads = compute.threads
    for shape in inputShape { options.inputShapes[shape.name] = shape.shape }
    let known = graph.requiredInputs.map { graph[$0].name }
    options.inputs = try input.paths("input", known: known).mapValues {
      try $0.readTensor()
    }
    return options
  }
}
