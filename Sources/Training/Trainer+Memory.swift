import Execution

extension Trainer {
  /// Makes every run that the training needs, so that it lacks nothing once it has begun.
  ///
  /// These are the runs of training and of the test after each epoch, each for a whole batch and
  /// for what is left at the end; with them there are the parameters, and as much again for their
  /// momenta.
  func prepare() throws {
    let images = loader.images.count
    let tests = test?.count ?? 0
    let copies = recipe.momentum > 0 ? 2 : 1
    let fit = BatchFit(images: images) { [self] sizes in
      let training = try classifier.plannedByteCount(sizes)
      let testing = try evaluator?.prepare(count: tests, batchSize: Evaluation.defaultBatchSize)
      return training + (testing ?? 0) + copies * session.store.byteCount
    }
    try fit.check(min(recipe.batchSize, images)) {
      let training = try classifier.prepare(count: images, batchSize: recipe.batchSize)
      let testing = try evaluator?.prepare(count: tests, batchSize: Evaluation.defaultBatchSize)
      return training + (testing ?? 0) + copies * session.store.byteCount
    }
  }
}
