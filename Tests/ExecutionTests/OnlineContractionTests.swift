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

  /// In Double, whatever the batch: every element of the output and of every gradient, in both
  /// modes, within the bound that holds for any order of Float sums; see `roundings`.
  ///
  /// And the modes with each other, to 1e-5 of the parameter's size. That is the largest of its
  /// gradient's elements, or of √Σp² over the products p that an element is the sum of, if that is
  /// larger: the element's size where products have random signs. Where a parameter has so few
  /// elements that all happen to cancel, nothing is known of them relative to themselves.
  ///
  /// A partial sum of k of N such products has √(k/N) of the size, and is rounded by at most 2⁻²⁴ of
  /// itself, a uniform deviate: in all √(N/6)·2⁻²⁴ of the size, standard deviation, in each mode.
  /// Six times √2 that stays below 1e-5 up to N = 2,351 products one after the other; beyond, Float
  /// sums may be further apart, and then it is the materialized mode that is further from Double:
  /// it has sums over more places.
  @Test(arguments: ChainProblem.Shape.allCases, UInt64(100)..<160)
  func `has the gradients of materialized factors, whatever the batch, and both those in Double`(
    shape: ChainProblem.Shape, seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    try expectGradients(
      of: ChainProblem(shape, batch: 1...32, using: &generator), "\(shape), seed \(seed)",
      using: &generator)
  }

  /// 1×1 5→32, 7×7 32→96, 1×1 96→6: the gradient of the first is summed over runs of the 150,528
  /// weights of the second, and biases go along as columns.
  @Test(arguments: [false, true])
  func `has the same gradients where a factor is large`(hasBiases: Bool) throws {
    var generator = SeededGenerator(seed: 7)
    let problem = ChainProblem(
      widths: [5, 32, 96, 6], extent: 7, hasBiases: hasBiases, using: &generator)
    let context = hasBiases ? "with biases" : "without biases"
    let actions = try expectGradients(of: problem, context, using: &generator)
    #expect(actions.contains("tapSum"))
    #expect(actions.contains("biasJoin") == hasBiases)
  }

  /// Returns the actions of the online run.
  @discardableResult
  private func expectGradients(
    of problem: ChainProblem, _ context: String, using generator: inout SeededGenerator
  ) throws -> Set<String> {
    let session = try Session(problem.graph(sourceIsParameter: false).graph, threads: 1)
    let online = try session.vectorJacobian(mode: .online)
    let materialized = try session.vectorJacobian(mode: .materialized)
    let units = online.executor.plan.computation.units
    #expect(units.map(\.decision) == [.online], "\(context)")
    #expect(units.map(\.factors.count) == [problem.count], "\(context)")
    #expect(materialized.executor.plan.computation.units.map(\.decision) == [.materialized])

    let direction = NaiveTensor(random: online.outputShape, using: &generator)
    let expected = problem.reference(along: direction)
    let magnitudes = problem.reference(along: direction) { $0.magnitudes }
    let squares = problem.reference(along: direction) { $0.map { $0 * $0 } }
    let results = try [online, materialized].map { run in
      try run([problem.source.floats], seed: direction.floats)
    }
    func expectBounds(
      _ elements: [Float], _ expected: NaiveTensor, _ magnitude: NaiveTensor, _ what: String
    ) {
      let found = NaiveTensor(expected.shape, elements.map(Double.init))
      let disagreement = found.disagreement(
        with: expected, within: magnitude.roundingBound(terms: problem.roundings))
      #expect(disagreement == nil, "\(context): \(what)")
    }
    for (result, mode) in zip(results, ["online", "materialized"]) {
      expectBounds(
        try #require(result.output.floats), expected.output, magnitudes.output, "output, \(mode)")
    }
    #expect(online.parameters == materialized.parameters)
    #expect(online.parameters.count == expected.gradients.count)
    let tolerance = max(1e-5, 6 * 0x1p-24 * (Double(problem.mostPlaces) / 3).squareRoot())
    for (index, parameter) in online.parameters.enumerated() {
      let name = session.graph[parameter].name
      let gradient = try #require(expected.gradients[name])
      let magnitude = try #require(magnitudes.gradients[name])
      for (result, mode) in zip(results, ["online", "materialized"]) {
        expectBounds(result.gradients[index], gradient, magnitude, "by \(name), \(mode)")
      }
      let size = zip(gradient.elements, try #require(squares.gradients[name]).elements)
        .reduce(0) { max($0, $1.0.magnitude, $1.1.squareRoot()) }
      let difference = Closeness.maximumDifference(
        results[0].gradients[index], results[1].gradients[index])
      #expect(
        difference <= tolerance * size, "\(context): by \(name), \(difference / size)")
    }
    return Set(online.executor.plan.computation.nodes.map(\.action.name))
  }

  /// The reference itself, which is linear or quadratic in each parameter.
  @Test(arguments: ChainProblem.Shape.allCases, UInt64(0)..<4)
  func `the naive gradients are central differences of the naive chain`(
    shape: ChainProblem.Shape, seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let problem = ChainProblem(shape, batch: 1...3, using: &generator)
    let twin = try problem.gradientProblem()
    let values = twin.parameters.map(\.value)
    let direction = NaiveTensor(random: twin.twin(values).shape, using: &generator)
    let gradients = problem.reference(along: direction).gradients
    #expect(gradients.count == values.count - 1)
    let sizes = values.map(\.magnitudes)
    for (index, parameter) in twin.parameters.enumerated() where parameter.name != "x" {
      let sample = parameter.value.sample(16, using: &generator)
      let slopes = parameter.value.gradient(step: 1, at: sample) {
        direction.inner(twin.twin(values.replacing(index, by: $0)))
      }
      let gradient = try #require(gradients[parameter.name]).selecting(sample)
      // Two losses, each a Double sum of so many products one after the other.
      let loss = direction.magnitudes.inner(
        twin.twin(sizes.replacing(index, by: sizes[index].map { $0 + 1 })))
      let bound = Double(problem.roundings + direction.elements.count) * 0x1p-53 * loss
      #expect(
        Closeness.maximumDifference(gradient.elements, slopes.elements) <= bound,
        "\(shape), seed \(seed): \(parameter.name)")
    }
  }
}
