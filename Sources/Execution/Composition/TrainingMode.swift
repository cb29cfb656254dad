/// How the factors of a unit are trained; the trajectory is the same, up to rounding.
package enum TrainingMode: String, Sendable, Hashable, CaseIterable {
  /// Whichever is cheaper, for each chain of linear nodes.
  case automatic
  /// Factors that compose are composed into one kernel in each step, and that kernel runs.
  case online
  /// Each factor runs on the activations, as the network says.
  case materialized
}
