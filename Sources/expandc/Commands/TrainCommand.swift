import ArgumentParser
import Execution
import Expansion
import NetworkIR
import ONNXFormat
import Training

/// `train`: trains a model on a data set and writes it with its new weights.
struct TrainCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a model, expanded or not.")

  @OptionGroup var input: ModelInput
  @OptionGroup var data: DataOptions
  @OptionGroup var recipe: RecipeOptions

  @OptionGroup var result: ModelOutput

  @Flag(help: "Contract the trained model before it is written.")
  var contract = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let word = contract ? "trained.contracted" : "trained"
    let target = try ModelPath.output(result.destination, of: input.model, word: word)
    let network = try input.read()
    let file = input.model.description.asInput
    try ONNXFile.checkDestination(target.description, of: network)
    // Hours of training must not end in a file that can't be contracted.
    if contract, try VerifiedContraction(network, file: file).report.units.isEmpty {
      throw Diagnostic(
        .unsupported, "there is nothing to contract in \(file)", next: "train without --contract")
    }
    let specification = try data.specification()
    let images = try specification.load(.train)
    let test = specification.hasTestSplit ? try specification.load(.test) : nil
    var trained = network
    let reports = try concerning(file) {
      let session = try Session(network.graph, threads: data.compute.threads)
      let reports = try train(session, images, test)
      trained.graph = try session.trainedGraph()
      return reports
    }
    try target.write(contract ? contracted(trained) : trained)
    try output.console(besides: target).show(TrainReport(target, reports))
  }

  /// The trained model contracted; where that fails, the expanded one is written instead.
  private func contracted(_ trained: Model) throws -> Model {
    do {
      return try VerifiedContraction(trained, file: "the trained network").model
    } catch {
      guard var diagnostic = Diagnostic(error) else { throw error }
      let kept = input.model.derived("trained")
      try kept.write(trained)
      diagnostic.next = "the trained network, not contracted, is in \(kept)"
      throw diagnostic
    }
  }

  private func train(
    _ session: Session, _ images: ImageSet, _ test: ImageSet?
  ) throws -> [Trainer.EpochReport] {
    let recipe = recipe.recipe
    let trainer = try Trainer(session, recipe: recipe, train: images, test: test)
    let progress = Progress(
      "training", total: recipe.epochs * images.count, unit: "images",
      isQuiet: output.quiet || output.json)
    defer { progress.clear() }
    return try trainer.train(
      onProgress: { step in
        progress.advance(
          to: step.images,
          note: "epoch \(step.epoch)/\(step.epochs)  loss \(step.metrics.loss.decimals(4))")
      })
  }
}

/// What training came to, epoch by epoch.
struct TrainReport: Report {
  struct Epoch: Encodable {
    let epoch: Int
    let learningRate: Double
    let loss: Double
    let accuracy: Double
    let testLoss: Double?
    let testAccuracy: Double?
    let seconds: Double

    init(_ report: Trainer.EpochReport) {
      epoch = report.epoch
      learningRate = report.learningRate
      loss = report.train.loss
      accuracy = report.train.accuracy
      testLoss = report.test?.loss
      testAccuracy = report.test?.accuracy
      seconds = report.seconds
    }
  }

  let output: String
  let history: [Epoch]
  /// Of the last epoch: on the test split where there is one, else in training.
  let loss: Double
  let accuracy: Double
  /// Of training alone.
  let seconds: Double
  let epochs: Int

  init(_ target: ModelPath, _ reports: [Trainer.EpochReport]) {
    output = target.description
    history = reports.map(Epoch.init)
    loss = history.last.map { $0.testLoss ?? $0.loss } ?? .nan
    accuracy = history.last.map { $0.testAccuracy ?? $0.accuracy } ?? .nan
    seconds = history.reduce(0) { $0 + $1.seconds }
    epochs = history.count
  }

  func text(width: Int?) -> String {
    var table = Table(
      .number("epoch"), .number("rate"), .number("train loss"), .number("accuracy"),
      .number("test loss"), .number("accuracy"), .number("seconds"))
    for epoch in history {
      table.add(
        String(epoch.epoch), epoch.learningRate.significant(3), epoch.loss.decimals(4),
        epoch.accuracy.percent, epoch.testLoss?.decimals(4) ?? "–",
        epoch.testAccuracy?.percent ?? "–", epoch.seconds.decimals(2))
    }
    return table.text(width: width) + "\n\(output) has the weights of the last epoch"
  }
}
