import Execution

extension Trainer {
  /// Makes every run that the training needs, so that it lacks nothing once it has begun.
  ///
  /// These are the runs of training and of the test after each epoch, each for a whole batch and
  /// for what is left at the end; with them there are the parameters, and what is taken later.
  func prepare() throws {
    let images = loader.images.count
    let tests = test?.count ?? 0
    var testing: Int?
    let fit = BatchFit(
      images: images,
      planned: { [self] sizes in
        let training = try classifier.plannedByteCount(sizes)
        // The same whatever the batch of training is.
        testing =
          try testing
          ?? evaluator.map {
            try $0.plannedByteCount($0.sizes(count: tests, batchSize: Evaluation.defaultBatchSize))
          }
        return training + (testing ?? 0) + session.store.byteCount + laterByteCount
      },
      discard: { [self] in
        classifier.forgetRuns()
        evaluator?.forgetRuns()
      })
    try fit.check(min(recipe.batchSize, images), later: { laterByteCount }) {
      let training = try classifier.prepare(count: images, batchSize: recipe.batchSize)
      let testing = try evaluator?.prepare(count: tests, batchSize: Evaluation.defaultBatchSize)
      return training + (testing ?? 0) + session.store.byteCount + laterByteCount
    }
  }

  /// What a training takes on its way: the momenta, an epoch's order, and the trained tensors that
  /// a checkpoint is written from, the largest of them in up to five copies at a time.
  private var laterByteCount: Int {
    let momenta = recipe.momentum > 0 ? session.store.byteCount : 0
    let orders = (loader.images.count + (test?.count ?? 0)) * MemoryLayout<Int>.size
    return momenta + orders + session.store.byteCount + 5 * session.store.largestByteCount
  }
}
