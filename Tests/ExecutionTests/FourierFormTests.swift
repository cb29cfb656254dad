import Execution
import NetworkIR
import TensorCore
import TestSupport
import Testing

extension ChainProblem {
  /// 1×1, 7×7, 1×1 on 64 images of 8×8, or 63 of 8×7: the middle factor is wide enough to be
  /// computed by spectra.
  fileprivate init(wideBy channels: [Int], isOdd: Bool, using generator: inout SeededGenerator) {
    shape = .pointwise
    let (batch, width) = isOdd ? (63, 7) : (64, 8)
    source = generator.tensor([batch, channels[0], 8, width])
    factors = (0..<3).map { index in
      let k = index == 1 ? 7 : 1
      let pads = index == 1 ? [3, 3] : [0, 0]
      return Factor(
        type: "Conv",
        weights: generator.tensor([channels[index + 1], channels[index], k, k]),
        bias: index == 0 ? nil : generator.tensor([channels[index + 1]]),
        naive: NaiveConvolution(
          strides: [1, 1], dilations: [1, 1], padsBegin: pads, padsEnd: pads, groups: 1))
    }
  }
}

@Suite struct `Wide windows` {
  /// In the sizes and by the tolerance of `Online contraction`, which needs no spectra.
  @Test(arguments: [false, true])
  func `are computed by spectra in training, to the gradients that they have in Double`(
    isOdd: Bool
  ) throws {
    var generator = SeededGenerator(seed: isOdd ? 1 : 0)
    let problem = ChainProblem(wideBy: [4, 32, 32, 8], isOdd: isOdd, using: &generator)
    let session = try Session(problem.graph(sourceIsParameter: false).graph, threads: 2)
    let run = try session.vectorJacobian(mode: .materialized)
    let steps = run.executor.plan.steps.map(\.name)
    #expect(steps.count { $0 == "fourierTransform" } == 6)
    #expect(steps.count { $0 == "fourierInverse" } == 3)
    let online = try session.vectorJacobian(mode: .online)
    #expect(!online.executor.plan.steps.map(\.name).contains("fourierTransform"))

    let direction = NaiveTensor(random: run.outputShape, using: &generator)
    let expected = problem.reference(along: direction)
    let squares = problem.reference(along: direction) { $0.map { $0 * $0 } }
    let found = try run([problem.source.floats], seed: direction.floats)
    let other = try online([problem.source.floats], seed: direction.floats)
    let tolerance = 6 * 0x1p-24 * (Double(problem.mostPlaces) / 3).squareRoot()
    #expect(tolerance < 2e-5)
    for (index, parameter) in run.parameters.enumerated() {
      let name = session.graph[parameter].name
      let gradient = try #require(expected.gradients[name])
      let size = zip(gradient.elements, try #require(squares.gradients[name]).elements)
        .reduce(0) { max($0, $1.0.magnitude, $1.1.squareRoot()) }
      let floats = gradient.elements.map { Float($0) }
      for (result, mode) in [(found, "materialized"), (other, "online")] {
        let error = Closeness.maximumDifference(result.gradients[index], floats)
        #expect(error <= tolerance * size, "by \(name), \(mode): \(error / size)")
      }
    }
  }

  @Test func `are sums over taps in inference, where errors depend on what a window sees`() throws {
    var generator = SeededGenerator(seed: 2)
    let problem = ChainProblem(wideBy: [4, 32, 32, 8], isOdd: false, using: &generator)
    let session = try Session(problem.graph(sourceIsParameter: false).graph, threads: 2)
    let plan = try session.inference().executor.plan
    #expect(!plan.steps.isEmpty)
    #expect(!(plan.steps + plan.prologue).map(\.name).contains("fourierTransform"))
  }

  @Test func `give the same gradients from run to run, bit for bit`() throws {
    var generator = SeededGenerator(seed: 3)
    let problem = ChainProblem(wideBy: [4, 32, 32, 8], isOdd: true, using: &generator)
    let direction = NaiveTensor(random: [63, 8, 8, 7], using: &generator)
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
