import Execution
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct StepProfileTests {
  /// A convolution of 38 million multiply-accumulates beside the negation of one element a channel.
  private func run() throws -> InferenceRun {
    var sketch = ModelSketch(input: [1, 64, 32, 32])
    sketch.constant("w", [64, 64, 3, 3])
    sketch.node("c", "Conv", ["x", "w"], ["a"], ["pads": .ints([1, 1, 1, 1])])
    sketch.node("g", "GlobalAveragePool", ["a"], ["b"])
    sketch.node("n", "Neg", ["b"], ["y"])
    return try Session(try sketch.model().graph, threads: 1).inference()
  }

  @Test func `a profile times every step of every run, and changes nothing`() throws {
    let run = try run()
    var generator = SeededGenerator(seed: 5)
    let image = (0..<64 * 32 * 32).map { _ in Float(generator.normal()) }
    let expected = try #require(try run([image]).first?.floats)
    var profile = StepProfile(run.executor.plan)
    #expect(profile.runCount == 0 && profile.seconds.allSatisfy { $0 == 0 })
    let elapsed = try ContinuousClock().measure {
      for _ in 0..<20 { try run.executor.run(profile: &profile) }
    }
    #expect(Array(run.executor.output(0).prefix(64)) == expected)
    #expect(profile.runCount == 20)
    let steps = run.executor.plan.steps
    #expect(profile.seconds.count == steps.count)
    #expect(profile.seconds.allSatisfy { $0 > 0 })
    // A step's time lies in its run's, so that their sum can't exceed that of all runs.
    let sum = profile.seconds.reduce(0, +)
    #expect(sum <= elapsed / .seconds(1))
    let costliest = try #require(
      profile.seconds.indices.max { profile.seconds[$0] < profile.seconds[$1] })
    #expect(run.executor.plan.description(of: steps[costliest]).node == "c")
  }
}
