import Execution
import NetworkIR
import TensorCore
import TestSupport
import Testing

extension ChainProblem {
  /// 1×1, 7×7, 1×1 between 4, 64, 128 and 8 channels, on images of 8×8: the middle factor is large
  /// enough to be computed by spectra, the kernel that all compose to is not.
  fileprivate init(wideOn batch: Int, using generator: inout SeededGenerator) {
    let channels = [4, 64, 128, 8]
    shape = .pointwise
    source = generator.tensor([batch, channels[0], 8, 8])
    factors = (0..<3).map { index in
      let k = index == 1 ? 7 : 1
      let pads = index == 1 ? [3, 3] : [0, 0]
      return Factor(
        type: "Conv",
        weights: generator.tensor([channels[index + 1], channels[index], k, k]),
        bias: index == 1 ? generator.tensor([channels[index + 1]]) : nil,
        naive: NaiveConvolution(
          strides: [1, 1], dilations: [1, 1], padsBegin: pads, padsEnd: pads, groups: 1))
    }
  }
}

@Suite struct `Wide windows` {
  /// By the tolerance of `Online contraction`, whose argument holds for sums of up to 2,351 products;
  /// here 2,304 places are the most. What transforms add is a few roundings of the size of a whole
  /// tile, which those of so long sums are above.
  @Test(arguments: [36, 35])
  func `are computed by spectra in training, to the gradients of the composed kernel`(
    batch: Int
  ) throws {
    var generator = SeededGenerator(seed: UInt64(batch))
    let problem = ChainProblem(wideOn: batch, using: &generator)
    let session = try Session(problem.graph(sourceIsParameter: false).graph, threads: 2)
    let run = try session.vectorJacobian(mode: .materialized)
    let steps = run.executor.plan.steps.map(\.name)
    #expect(steps.count { $0 == "fourierTransform" } == 6)
    #expect(steps.count { $0 == "fourierInverse" } == 3)
    let online = try session.vectorJacobian(mode: .online)
    #expect(!online.executor.plan.steps.map(\.name).contains("fourierTransform"))

    let direction = NaiveTensor(random: run.outputShape, using: &generator)
    let found = try run([problem.source.floats], seed: direction.floats)
    let expected = try online([problem.source.floats], seed: direction.floats)
    #expect(run.parameters == online.parameters)
    for (index, parameter) in run.parameters.enumerated() {
      let (gradient, other) = (found.gradients[index], expected.gradients[index])
      let size = other.reduce(0) { max($0, Double($1.magnitude)) }
      let difference = Closeness.maximumDifference(gradient, other)
      #expect(
        difference <= 1e-5 * size, "by \(session.graph[parameter].name): \(difference / size)")
    }
  }

  @Test func `are sums over taps in inference, where errors depend on what a window sees`() throws {
    var generator = SeededGenerator(seed: 2)
    let problem = ChainProblem(wideOn: 36, using: &generator)
    let session = try Session(problem.graph(sourceIsParameter: false).graph, threads: 2)
    let plan = try session.inference().executor.plan
    #expect(!plan.steps.isEmpty)
    #expect(!(plan.steps + plan.prologue).map(\.name).contains("fourierTransform"))
  }

  @Test func `give the same gradients from run to run, bit for bit`() throws {
    var generator = SeededGenerator(seed: 3)
    let problem = ChainProblem(wideOn: 35, using: &generator)
    let direction = NaiveTensor(random: [35, 8, 8, 8], using: &generator)
    for threads in 1...2 {
      let session = try Session(problem.graph(sourceIsParameter: false).graph, threads: threads)
      let bits = try (0..<2).map { _ in
        let run = try session.vectorJacobian(mode: .materialized)
        return try run([problem.source.floats], seed: direction.floats).gradients
          .map { $0.map(\.bitPattern) }
      }
      #expect(bits[0] == bits[1], "\(threads) threads")
    }
  }
}
