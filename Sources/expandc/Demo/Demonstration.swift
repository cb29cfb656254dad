import Execution
import Expansion
import Foundation
import NetworkIR
import Training
import Zoo

/// The demo's run: build, expand, train both, contract, verify, diff. Each stage goes through a
/// file, as it would from the shell.
struct Demonstration {
  let folder: DemoFolder
  let seed: UInt64
  let threads: Int?
  let isSilent: Bool

  private static let epochs = 12

  /// One recipe for both networks.
  private var recipe: TrainingRecipe {
    TrainingRecipe(
      epochs: Self.epochs, batchSize: 128, learningRate: 0.02, momentum: 0.9, weightDecay: 5e-4,
      schedule: StepSchedule(milestones: [9, 11], factor: 0.2), seed: seed)
  }

  func run() throws -> DemoReport {
    let data = DataSpecification.shapes(ShapesOptions(seed: seed))
    let (images, test) = try (data.load(.train), data.load(.test))

    let compact = folder.model("compact.onnx")
    try compact.write(SmallNet(kernel: 7).model(seed: seed))
    say("zoo smallnet", "compact.onnx")
    let expanded = folder.model("compact.expanded.onnx")
    try expanded.write(Expander(expansion).expand(compact.read()).0)
    say("expand", "compact.expanded.onnx: CK+FC, r = 4")

    let trainedCompact = folder.model("compact.trained.onnx")
    let compactEpochs = try train(compact, to: trainedCompact, images, test)
    let trainedExpanded = folder.model("compact.expanded.trained.onnx")
    let expandedEpochs = try train(expanded, to: trainedExpanded, images, test)

    let contracted = folder.model("compact.expanded.trained.contracted.onnx")
    let contraction = try VerifiedContraction(
      trainedExpanded.read(), file: "compact.expanded.trained.onnx")
    try contracted.write(contraction.model)
    say("contract", "compact.expanded.trained.contracted.onnx")

    let result = try contracted.read()
    let comparison = try ModelComparison.compare(trainedExpanded.read().graph, result.graph)
    let metrics = try Evaluation.evaluate(Session(result.graph, threads: threads), on: test)
    return DemoReport(
      rows: [
        try DemoReport.Row("compact", trainedCompact.read().graph, compactEpochs),
        try DemoReport.Row("expanded", trainedExpanded.read().graph, expandedEpochs),
        try DemoReport.Row("contracted", result.graph, accuracy: metrics.accuracy),
      ],
      comparison, GraphDiff(try compact.read(), result))
  }

  private var expansion: ExpansionOptions {
    var options = ExpansionOptions()
    options.rate = 4
    options.convolutions = .ck
    options.fullyConnectedFactors = 3
    options.initialisation = .random
    options.seed = seed
    return options
  }

  private func train(
    _ source: ModelPath, to target: ModelPath, _ images: ImageSet, _ test: ImageSet
  ) throws -> [Trainer.EpochReport] {
    var model = try source.read()
    let session = try Session(model.graph, threads: threads)
    let trainer = try Trainer(session, recipe: recipe, train: images, test: test)
    let name = source.lastComponent
    let progress = Progress(
      "train \(name)", total: recipe.epochs * images.count, unit: "images", isQuiet: isSilent)
    let reports = try trainer.train(onProgress: { step in
      progress.advance(to: step.images, note: "epoch \(step.epoch)/\(step.epochs)")
    })
    progress.clear()
    model.graph = try session.trainedGraph()
    try target.write(model)
    let last = reports.last?.test?.accuracy ?? .nan
    say("train", "\(name): \(recipe.epochs) epochs, test accuracy \(last.percent)")
    return reports
  }

  private func say(_ stage: String, _ text: String) {
    if !isSilent { Console.complain("\(stage.padded(to: 14))\(text)") }
  }
}
