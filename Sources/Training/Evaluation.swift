package import Execution

/// Computes a network's metrics on a data set.
package enum Evaluation {
  package static let defaultBatchSize = 256

  /// - Parameter onProgress: called after each batch with the number of images done.
  /// - Throws: `ExecutionError` where the network can't run, takes other images, or takes more
  ///   memory than there is;
  ///   `TrainingError.classes`; `TrainingError.emptyData`.
  package static func evaluate(
    _ session: Session, on images: ImageSet, batchSize: Int = defaultBatchSize,
    onProgress: (Int) -> Void = { _ in }
  ) throws -> Metrics {
    guard images.count > 0 else { throw TrainingError.emptyData }
    let classifier = Classifier(session, for: images, isTraining: false)
    let fit = BatchFit(
      images: images.count,
      planned: { try classifier.plannedByteCount($0) + session.store.byteCount },
      discard: classifier.forgetRuns)
    try fit.check(min(batchSize, images.count)) {
      let arenas = try classifier.prepare(count: images.count, batchSize: batchSize)
      return arenas + session.store.byteCount
    }
    return try classifier.metrics(of: images, batchSize: batchSize, onProgress: onProgress)
  }
}
