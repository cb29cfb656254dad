/// How well a network does on a data set.
package struct Metrics: Sendable, Hashable {
  /// Mean softmax cross-entropy, in nats.
  package var loss: Double
  /// The share of images whose largest logit is that of their class.
  package var accuracy: Double
  package var count: Int
}

/// Sums of batches, from which metrics come.
struct MetricsAccumulator {
  private var loss = 0.0
  private var correct = 0
  private(set) var count = 0

  mutating func add(_ batch: (meanLoss: Double, correct: Int), count: Int) {
    loss += batch.meanLoss * Double(count)
    correct += batch.correct
    self.count += count
  }

  var metrics: Metrics {
    let divisor = Double(max(count, 1))
    return Metrics(loss: loss / divisor, accuracy: Double(correct) / divisor, count: count)
  }
}
