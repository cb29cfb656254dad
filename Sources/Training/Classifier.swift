import Execution

/// A session on a data set's images: one run for each batch size that the set needs.
final class Classifier {
  private let session: Session
  private let imageShape: [Int]
  private let classCount: Int
  private let isTraining: Bool
  private let mode: TrainingMode
  private var runs: [Int: ClassificationRun] = [:]

  init(
    _ session: Session, for images: ImageSet, isTraining: Bool, mode: TrainingMode = .automatic
  ) {
    self.session = session
    imageShape = images.imageShape
    classCount = images.classCount
    self.isTraining = isTraining
    self.mode = mode
  }

  func run(batchSize: Int) throws -> ClassificationRun {
    if let run = runs[batchSize] { return run }
    let run = try session.classification(
      batchSize: batchSize, imageShape: imageShape, isTraining: isTraining,
      mode: mode)
    guard run.classes >= classCount else {
      throw TrainingError.classes(network: run.classes, data: classCount)
    }
    runs[batchSize] = run
    return run
  }

  /// Gives back the memory of all runs.
  func forgetRuns() { runs = [:] }

  /// Makes every run that `count` images need, and returns the bytes of their arenas.
  func prepare(count: Int, batchSize: Int) throws -> Int {
    try sizes(count: count, batchSize: batchSize).reduce(0) {
      $0 + (try run(batchSize: $1).executor.plan.arenaByteCount)
    }
  }

  /// The bytes of the arenas that runs of these batch sizes would have, found by planning.
  func plannedByteCount(_ batchSizes: [Int]) throws -> Int {
    try batchSizes.reduce(0) {
      $0
        + (try session.classificationByteCount(
          batchSize: $1, imageShape: imageShape, isTraining: isTraining, mode: mode))
    }
  }

  /// The batch size, and that of what is left at the end. The larger one is planned first: by it the
  /// session decides how its parameters lie.
  func sizes(count: Int, batchSize: Int) -> [Int] {
    let size = min(batchSize, count)
    return size > 0 && count % size > 0 ? [size, count % size] : [size]
  }

  /// The metrics of the whole set, in its order.
  func metrics(
    of images: ImageSet, batchSize: Int, onProgress: (Int) -> Void = { _ in }
  ) throws -> Metrics {
    let loader = BatchLoader(images, batchSize: min(batchSize, images.count))
    let epoch = loader.epoch(0)
    var sums = MetricsAccumulator()
    for index in 0..<epoch.batchCount {
      let (run, result) = try run(index, of: epoch, in: loader)
      sums.add(result, count: run.batchSize)
      onProgress(sums.count)
    }
    return sums.metrics
  }

  /// Loads batch `index` into the run of its size, and runs it.
  func run(
    _ index: Int, of epoch: BatchLoader.Epoch, in loader: BatchLoader
  ) throws -> (run: ClassificationRun, result: (meanLoss: Double, correct: Int)) {
    let count = min(loader.batchSize, epoch.order.count - index * loader.batchSize)
    let run = try run(batchSize: count)
    _ = epoch.load(index, images: run.images, labels: run.labels)
    return (run, try run())
  }
}
