/// How long each step of a plan took, over the runs that were measured with it.
package struct StepProfile: Sendable {
  /// Of all measured runs together, one for each of the plan's steps.
  package private(set) var seconds: [Double]
  package private(set) var runCount = 0

  package init(_ plan: ExecutionPlan) {
    seconds = Array(repeating: 0, count: plan.steps.count)
  }

  mutating func add(_ time: Duration, toStep index: Int) { seconds[index] += time / .seconds(1) }

  mutating func addRun() { runCount += 1 }
}
