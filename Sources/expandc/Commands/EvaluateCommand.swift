import ArgumentParser
import Execution
import NetworkIR
import Training

/// `evaluate`: the loss and the accuracy of a model on a data set's test split.
struct EvaluateCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Loss and accuracy of a model on a data set.")

  enum Split: String, ExpressibleByArgument, CaseIterable {
    case train, test
  }

  @OptionGroup var input: ModelInput
  @OptionGroup var data: DataOptions

  @Option(help: "The part of the data set.")
  var split = Split.test

  @Option(help: ArgumentHelp("Images a run.", valueName: "n"))
  var batchSize = 256

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...1 << 20).contains(batchSize) else {
      throw ValidationError("--batch-size takes 1 to 1048576")
    }
  }

  func run() throws {
    let network = try input.read()
    let images = try data.specification().load(split == .test ? .test : .train)
    let clock = ContinuousClock()
    let start = clock.now
    let progress = Progress(
      "evaluating", total: images.count, unit: "images", isQuiet: output.quiet || output.json)
    let metrics = try concerning(input.model.description.asInput) {
      try Evaluation.evaluate(
        Session(network.graph, threads: data.compute.threads), on: images, batchSize: batchSize,
        onProgress: { progress.advance(to: $0) })
    }
    progress.clear()
    try output.console.show(
      EvaluateReport(
        loss: metrics.loss, accuracy: metrics.accuracy, images: metrics.count,
        seconds: (clock.now - start) / .seconds(1)))
  }
}

struct EvaluateReport: Report {
  let loss: Double
  let accuracy: Double
  let images: Int
  let seconds: Double
  /// None were trained; `train` reports the same keys.
  var epochs = 0

  func text(width: Int?) -> String {
    var table = Table(.number("images"), .number("loss"), .number("accuracy"), .number("seconds"))
    table.add(images.grouped, loss.decimals(4), accuracy.percent, seconds.decimals(2))
    return table.text(width: width)
  }
}
