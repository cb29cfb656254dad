import Training

/// What training came to, epoch by epoch.
struct TrainReport: Report {
  struct Epoch: Encodable {
    let epoch: Int
    let learningRate: Double
    let loss: Double
    let accuracy: Double
    let testLoss: Double?
    let testAccuracy: Double?
    let seconds: Double

    init(_ report: Trainer.EpochReport) {
      epoch = report.epoch
      learningRate = report.learningRate
      loss = report.train.loss
      accuracy = report.train.accuracy
      testLoss = report.test?.loss
      testAccuracy = report.test?.accuracy
      seconds = report.seconds
    }
  }

  let output: String
  let history: [Epoch]
  /// Of the last epoch: on the test split where there is one, else in training.
  let loss: Double
  let accuracy: Double
  /// Of training alone.
  let seconds: Double
  let epochs: Int

  init(_ target: ModelPath, _ reports: [Trainer.EpochReport]) {
    output = target.description
    history = reports.map(Epoch.init)
    loss = history.last.map { $0.testLoss ?? $0.loss } ?? .nan
    accuracy = history.last.map { $0.testAccuracy ?? $0.accuracy } ?? .nan
    seconds = history.reduce(0) { $0 + $1.seconds }
    epochs = history.count
  }

  func text(width: Int?) -> String {
    var table = Table(
      .number("epoch"), .number("rate"), .number("train loss"), .number("accuracy"),
      .number("test loss"), .number("accuracy"), .number("seconds"))
    for epoch in history {
      table.add(
        String(epoch.epoch), epoch.learningRate.significant(3), epoch.loss.decimals(4),
        epoch.accuracy.percent, epoch.testLoss?.decimals(4) ?? "–",
        epoch.testAccuracy?.percent ?? "–", epoch.seconds.decimals(2))
    }
    return table.text(width: width) + "\n\(output) has the weights of the last epoch"
  }
}
