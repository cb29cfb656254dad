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

  @Option(
    help: ArgumentHelp(
      "Epochs from one checkpoint to the next; 0 makes none. It is the model so far, in a file "
        + "named after the output, X.checkpoint.onnx, that goes once the output is written.",
      valueName: "n"))
  var checkpointEvery = 1

  @Flag(help: "Contract the trained model before it is written.")
  var contract = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard checkpointEvery >= 0 else {
      throw ValidationError("--checkpoint-every takes 0 or more")
    }
  }

  func run() throws {
    let word = contract ? "trained.contracted" : "trained"
    let specification = try data.specification()
    let dataFiles = specification.files.map(ModelPath.file)
    let network = try input.read()
    let target = try ModelPath.output(
      result.destination, of: input.model, reading: dataFiles, word: word)
    let file = input.model.description.asInput
    try ONNXFile.checkDestination(target.description, of: network)
    let checkpoint = try TrainingCheckpoint(
      of: network, reading: [input.model] + dataFiles, besides: target, every: checkpointEvery)
    // Hours of training must not end in a file that can't be contracted.
    if contract, try VerifiedContraction(network, file: file).report.units.isEmpty {
      throw Diagnostic(
        .unsupported, "there is nothing to contract in \(file)", next: "train without --contract")
    }
    let images = try specification.load(.train)
    let test = specification.hasTestSplit ? try specification.load(.test) : nil
    let reports = try checkpoint.keeping {
      var trained = network
      let reports = try concerning(file) {
        let session = try Session(network.graph, threads: data.compute.threads)
        let reports = try train(session, images, test, checkpoint)
        trained.graph = try session.trainedGraph()
        return reports
      }
      try target.write(contract ? contracted(trained, checkpoint) : trained)
      return reports
    }
    checkpoint.remove()
    try output.console(besides: target).show(TrainReport(target, reports))
  }

  /// The trained model contracted; where that fails, the expanded one is written instead.
  private func contracted(
    _ trained: Model, _ checkpoint: TrainingCheckpoint
  ) throws -> Model {
    do {
      return try VerifiedContraction(trained, file: "the trained network").model
    } catch {
      guard var diagnostic = Diagnostic(error) else { throw error }
      let kept = input.model.derived("trained")
      try kept.write(trained)
      checkpoint.remove()
      diagnostic.next = "the trained network, not contracted, is in \(kept)"
      throw diagnostic
    }
  }

  private func train(
    _ session: Session, _ images: ImageSet, _ test: ImageSet?, _ checkpoint: TrainingCheckpoint
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
      }, onEpoch: { try checkpoint.end(epoch: $0.epoch, session) })
  }
}
