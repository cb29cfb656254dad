package import Execution

/// How a network is trained: everything that, with the data, decides the result.
package struct TrainingRecipe: Sendable, Hashable {
  package var epochs: Int
  package var batchSize: Int
  package var learningRate: Double
  package var momentum: Double
  package var isNesterov: Bool
  package var weightDecay: Double
  package var schedule: StepSchedule
  package var augmentation: Augmentation
  package var shuffles: Bool
  package var seed: UInt64
  /// Decides the time that training takes, and the result only up to rounding.
  package var mode: TrainingMode

  /// The paper's recipe for SmallNets, but for the number of epochs.
  package init(
    epochs: Int = 10, batchSize: Int = 128, learningRate: Double = 0.01, momentum: Double = 0.9,
    isNesterov: Bool = false, weightDecay: Double = 0, schedule: StepSchedule = .constant,
    augmentation: Augmentation = .none, shuffles: Bool = true, seed: UInt64 = 0,
    mode: TrainingMode = .automatic
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.momentum = momentum
    self.isNesterov = isNesterov
    self.weightDecay = weightDecay
    self.schedule = schedule
    self.augmentation = augmentation
    self.shuffles = shuffles
    self.seed = seed
    self.mode = mode
  }
}
