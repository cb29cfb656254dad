import Execution
import NetworkIR

/// Where a run's time goes: its costliest steps, and what is spent outside oneDNN's primitives.
struct StepBreakdown {
  struct Entry {
    /// What is computed: `convolutionBackwardWeights`.
    let step: String
    /// The network's node that it is computed for.
    let node: Name
    let seconds: Double
    /// Of the whole run.
    let share: Double
  }

  static let costliestCount = 5

  let costliest: [Entry]
  /// The share of loops that are no primitive of oneDNN, compose no kernel and are no part of a
  /// convolution by spectra, and the optimizer's.
  let outsideShare: Double
  /// The share of loops that transform for convolutions by spectra.
  let transformShare: Double
  /// The share of moving tensors from one layout to another.
  let reorderShare: Double

  /// - Parameter optimizer: the seconds that it took, in as many runs as were profiled.
  init(_ profile: StepProfile, _ plan: ExecutionPlan, optimizer: Double) {
    let runs = Double(max(1, profile.runCount))
    let total = profile.seconds.reduce(optimizer, +)
    var entries: [Entry] = []
    var (outside, transforms, reorders) = (optimizer, 0.0, 0.0)
    for (step, seconds) in zip(plan.steps, profile.seconds) {
      let node = plan.computation.nodes[step.node]
      if step.transforms {
        transforms += seconds
      } else if case .native = step.work, !node.action.composesKernels {
        outside += seconds
      }
      if step.name == "reorder" { reorders += seconds }
      entries.append(
        Entry(step: step.name, node: node.origin, seconds: seconds / runs, share: seconds / total))
    }
    if optimizer > 0 {
      entries.append(
        Entry(step: "optimizer", node: "", seconds: optimizer / runs, share: optimizer / total))
    }
    costliest = Array(
      entries.sorted { $0.seconds > $1.seconds }.prefix(Self.costliestCount))
    outsideShare = outside / total
    transformShare = transforms / total
    reorderShare = reorders / total
  }
}
