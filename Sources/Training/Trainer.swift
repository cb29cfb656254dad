package import Execution
import NetworkIR

/// Trains a session's parameters on a data set by a recipe.
///
/// With one seed, one recipe and one number of threads the result is the same from run to run.
package final class Trainer {
  /// Where training stands, after each step.
  package struct Progress: Sendable {
    package let epoch: Int
    package let epochs: Int
    /// Images done and to do, over all epochs.
    package let images: Int
    package let totalImages: Int
    /// Of the epoch so far.
    package let metrics: Metrics
  }

  /// What an epoch came to.
  package struct EpochReport: Sendable {
    /// Counted from 1.
    package let epoch: Int
    package let learningRate: Double
    package let train: Metrics
    /// Nil where there is no test split, or not in this epoch.
    package let test: Metrics?
    /// Of the training alone.
    package let seconds: Double
  }

  let session: Session
  let recipe: TrainingRecipe
  let loader: BatchLoader
  let test: ImageSet?
  let classifier: Classifier
  let evaluator: Classifier?
  private let optimizer: Optimizer

  /// - Parameter test: evaluated after each epoch where given.
  /// - Throws: `TrainingError.emptyData`.
  package init(
    _ session: Session, recipe: TrainingRecipe, train: ImageSet, test: ImageSet?
  ) throws {
    guard train.count > 0 else { throw TrainingError.emptyData }
    self.session = session
    self.recipe = recipe
    self.test = test
    loader = BatchLoader(
      train, batchSize: recipe.batchSize, shuffles: recipe.shuffles,
      augmentation: recipe.augmentation, seed: recipe.seed)
    classifier = Classifier(session, for: train, isTraining: true, mode: recipe.mode)
    evaluator = test.map { Classifier(session, for: $0, isTraining: false) }
    optimizer = Optimizer(session)
  }

  /// Trains all epochs.
  ///
  /// - Throws: `ExecutionError` where the network can't be trained, takes other images, or takes
  ///   more memory than there is, before any step; `TrainingError.classes`; `TrainingError.stepNotFinite`;
  ///   `TrainingError.weightsNotFinite`; what `onEpoch` throws.
  package func train(
    onProgress: (Progress) -> Void = { _ in }, onEpoch: (EpochReport) throws -> Void = { _ in }
  ) throws -> [EpochReport] {
    try prepare()
    var reports: [EpochReport] = []
    for epoch in 0..<recipe.epochs {
      let report = try train(epoch: epoch, onProgress)
      reports.append(report)
      try onEpoch(report)
    }
    return reports
  }

  private func train(epoch number: Int, _ onProgress: (Progress) -> Void) throws -> EpochReport {
    let rate = recipe.schedule.learningRate(initial: recipe.learningRate, epoch: number)
    let descent = StochasticGradientDescent(
      learningRate: Float(rate), momentum: Float(recipe.momentum), nesterov: recipe.isNesterov,
      weightDecay: Float(recipe.weightDecay))
    let epoch = loader.epoch(number)
    session.noise.begin(epoch: number, seed: recipe.seed)
    let total = epoch.order.count
    var sums = MetricsAccumulator()
    let clock = ContinuousClock()
    let start = clock.now
    for index in 0..<epoch.batchCount {
      let (run, result) = try classifier.run(index, of: epoch, in: loader)
      if let quantity = notFinite(result.meanLoss, of: run) {
        throw TrainingError.stepNotFinite(
          try diagnosis(of: quantity, epoch: number + 1, step: index + 1, run))
      }
      optimizer.step(run, by: descent)
      sums.add(result, count: run.batchSize)
      onProgress(
        Progress(
          epoch: number + 1, epochs: recipe.epochs, images: number * total + sums.count,
          totalImages: recipe.epochs * total, metrics: sums.metrics))
    }
    let seconds = (clock.now - start) / .seconds(1)
    if let value = session.store.firstNotFinite() {
      throw TrainingError.weightsNotFinite(
        epoch: number + 1, step: epoch.batchCount, tensor: session.graph[value].name)
    }
    let tested = try test.flatMap {
      try evaluator?.metrics(of: $0, batchSize: Evaluation.defaultBatchSize)
    }
    return EpochReport(
      epoch: number + 1, learningRate: rate, train: sums.metrics, test: tested, seconds: seconds)
  }
}
