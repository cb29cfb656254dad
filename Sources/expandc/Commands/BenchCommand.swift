import ArgumentParser
import Expansion
import Kernels
import NetworkIR

/// `bench`: how long a training step and an inference take on this machine.
struct BenchCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Time training steps and inference: compact, and expanded in each way.",
    discussion: """
      A compact model is expanded in memory, by each rate; an expanded one is contracted for \
      comparison. The networks take turns on random images and labels. A step is forward, \
      backward and stochastic gradient descent with momentum; loading a batch is no part of it.
      """)

  @OptionGroup var input: ModelInput

  @Option(
    name: [.customShort("r"), .customLong("rate")], parsing: .singleValue,
    help: ArgumentHelp("Expansion rate; give it again for more. 4 by default.", valueName: "r"))
  var rates: [Double] = []

  @Option(help: "Convolutions: CK for square odd kernels above 3, else CL; or one of these.")
  var conv = ExpansionOptions.Convolutions.auto

  @Option(help: "Factors of each fully connected node but the logits': 0, 2 or 3.")
  var fc = 3

  @Option(help: ArgumentHelp("Images a step.", valueName: "n"))
  var batchSize = 128

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "The extents of an input that leaves some open; its batch is --batch-size.",
      valueName: "name=1,3,224,224"))
  var inputShape: [NamedShape] = []

  @Option(help: ArgumentHelp("Timed runs of each network.", valueName: "n"))
  var steps = 40

  @Option(help: ArgumentHelp("No new round of turns after this time.", valueName: "s"))
  var seconds = 60.0

  @Option(help: ArgumentHelp("Seed of factors, images and labels.", valueName: "n"))
  var seed: UInt64 = 0

  @OptionGroup var compute: ThreadsOption
  @OptionGroup var output: OutputOptions

  func validate() throws {
    for (name, isValid) in [
      ("--batch-size takes 1 to 1048576", (1...1 << 20).contains(batchSize)),
      ("--steps takes 1 to 1000000", (1...1_000_000).contains(steps)),
      ("--seconds takes a positive number", seconds > 0 && seconds.isFinite),
    ] where !isValid {
      throw ValidationError(name)
    }
  }

  func run() throws {
    let model = try input.read()
    let report = try concerning(input.model.description.asInput) {
      let setting = BenchSetting(
        batchSize: batchSize,
        imageShape: try BenchSetting.imageShape(of: model.graph, given: inputShape),
        threads: compute.threads, seed: seed)
      let networks = try BenchNetworks(
        model, file: input.model.description.asInput, rates: rates, expansion)
      if networks.expanded.isEmpty {
        Console.warn("nothing was expanded; see the reasons with expand --dry-run")
      }
      let benchmark = try Benchmark(networks, setting)
      let progress = Progress(
        "timing", total: steps, unit: "runs", isQuiet: output.quiet || output.json)
      defer { progress.clear() }
      try benchmark.run(steps: steps, seconds: seconds) { progress.advance(to: $0) }
      return try BenchReport(
        benchmark, setting, threads: try ComputeEngine(threads: compute.threads).threads)
    }
    try output.console.show(report)
  }

  private var expansion: ExpansionOptions {
    var options = ExpansionOptions()
    options.convolutions = conv
    options.fullyConnectedFactors = fc
    options.initialisation = .random
    options.seed = seed
    return options
  }
}
