/// A learning rate that is multiplied by a factor at given epochs: `step:50,100:0.1`.
package struct StepSchedule: Sendable, Hashable {
  /// Increasing, counted from 0: at milestone 50 the 51st epoch is the first with the new rate.
  package let milestones: [Int]
  package let factor: Double

  package static let constant = StepSchedule(milestones: [], factor: 1)
  package static let form = "step:50,100:0.1"

  package init(milestones: [Int], factor: Double) {
    self.milestones = milestones
    self.factor = factor
  }

  /// Nil where `text` isn't `step:EPOCH,…:FACTOR`, with increasing epochs and a factor above 0.
  package init?(parsing text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "step", let factor = Double(parts[2]),
      factor > 0, factor.isFinite
    else { return nil }
    let fields = parts[1].split(separator: ",", omittingEmptySubsequences: false)
    let milestones = fields.compactMap { Int($0) }
    let isIncreasing = zip(milestones, milestones.dropFirst()).allSatisfy { $0 < $1 }
    guard milestones.count == fields.count, milestones[0] > 0, isIncreasing else { return nil }
    self.init(milestones: milestones, factor: factor)
  }

  /// The rate in `epoch`, counted from 0, where training began with `initial`.
  package func learningRate(initial: Double, epoch: Int) -> Double {
    milestones.prefix { $0 <= epoch }.reduce(initial) { rate, _ in rate * factor }
  }
}
