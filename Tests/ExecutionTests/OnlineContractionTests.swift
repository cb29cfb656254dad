import Execution
import NetworkIR
import TensorCore
import TestSupport
import Testing

@Suite struct `Online contraction` {
  @Test(arguments: ChainProblem.Shape.allCases, UInt64(0)..<16)
  func `has the gradients of the chain, by central differences in Double`(
    shape: ChainProblem.Shape, seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let problem = ChainProblem(shape, batch: 1...3, using: &generator)
    try problem.gradientProblem().expectAgreement(seed: seed, mode: .online)
  }

  /// A gradient is the sum of N products of random signs, over batch and places, at most
  /// 9³·32 = 23,328 here: partial sums grow like √N·σ, and so does the largest gradient, so
  /// roundings of 2⁻²⁴ that are as random come to √N·2⁻²⁴ of it, below 9.2e-6. The other sums, over
  /// taps and channels, are short.
  @Test(arguments: ChainProblem.Shape.allCases, UInt64(100)..<130)
  func `has the gradients of materialized factors, whatever the batch`(
    shape: ChainProblem.Shape, seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let problem = ChainProblem(shape, batch: 1...32, using: &generator)
    let session = try Session(problem.graph(sourceIsParameter: false).graph, threads: 1)
    let online = try session.vectorJacobian(mode: .online)
    let materialized = try session.vectorJacobian(mode: .materialized)
    let units = online.executor.plan.computation.units
    #expect(units.map(\.decision) == [.online], "\(shape), seed \(seed)")
    #expect(units.map(\.factors.count) == [problem.count], "\(shape), seed \(seed)")
    #expect(materialized.executor.plan.computation.units.map(\.decision) == [.materialized])

    let direction = NaiveTensor(random: online.outputShape, using: &generator).floats
    let first = try online([problem.source.floats], seed: direction)
    let second = try materialized([problem.source.floats], seed: direction)
    let difference = Closeness.relativeDifference(
      try #require(first.output.floats), try #require(second.output.floats))
    #expect(difference <= 1e-5, "\(shape), seed \(seed)")
    #expect(online.parameters == materialized.parameters)
    for (index, parameter) in online.parameters.enumerated() {
      let difference = Closeness.relativeDifference(
        first.gradients[index], second.gradients[index])
      #expect(
        difference <= 1e-5,
        "\(shape), seed \(seed): gradient by \(session.graph[parameter].name): \(difference)")
    }
  }
}
