package import Execution

/// Computes a network's metrics on a data set.
package enum Evaluation {
  package static let defaultBatchSize = 256

  /// - Parameter onProgress: called after each batch with the number of images done.
  /// - Throws: `ExecutionError` where the network can't run or takes other images;
  ///   `TrainingError.classes`; `TrainingError.emptyData`.
  package static func evaluate(
    _ session: Session, on images: ImageSet, batchSize: Int = defaultBatchSize,
    onProgress: (Int) -> Void = { _ in }
  ) throws -> Metrics {
    try Classifier(session, for: images, isTraining: false)
      .metrics(of: images, batchSize: batchSize, onProgress: onProgress)
  }
}
