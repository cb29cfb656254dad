import Foundation
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing
import Training

@Suite struct `Update rules` {
  /// A parameter, its gradient and what a rule remembers of it.
  private struct State {
    var parameter: [Float]
    let gradient: [Float]
    var moments: [[Float]]

    mutating func step(_ index: Int, by rule: some UpdateRule) {
      let count = parameter.count
      let kept = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(1, moments.count * count))
      defer { kept.deallocate() }
      _ = kept.initialize(from: moments.joined())
      parameter.withUnsafeMutableBufferPointer { parameter in
        gradient.withUnsafeBufferPointer { gradient in
          rule.step(
            index,
            UpdatedElements(
              count: count, parameter: parameter.baseAddress!, gradient: gradient.baseAddress!,
              moments: kept.baseAddress!, distance: count))
        }
      }
      moments = moments.indices.map { Array(kept[$0 * count..<($0 + 1) * count]) }
    }
  }

  /// One case of ONNX's operators: R, T, then all parameters, gradients and moments of each kind.
  private func check(
    _ name: String, moments: Int, _ rule: (Attributes, _ rate: Float) throws -> any UpdateRule
  ) throws {
    let test = try #require(try BackendCase.cases("node").first { $0.name == name })
    let node = try #require(try test.model().graph.nodes.first)
    let rate = try #require(try test.input(0)?.floats?.first)
    let step = try #require(try test.input(1)?.integers?.first)
    let rule = try rule(node.attributes, rate)
    let count = (node.inputs.count - 2) / (2 + moments)
    for index in 0..<count {
      func tensor(_ kind: Int) throws -> [Float] {
        try #require(try test.input(2 + kind * count + index)?.floats)
      }
      var state = State(
        parameter: try tensor(0), gradient: try tensor(1),
        moments: try (0..<moments).map { try tensor(2 + $0) })
      state.step(step, by: rule)
      for (kind, found) in ([state.parameter] + state.moments).enumerated() {
        let expected = try #require(try test.output(kind * count + index)?.doubles)
        // The tolerance of ONNX's own runner.
        let isClose = zip(found, expected).allSatisfy { a, b in
          (Double(a) - b).magnitude <= 1e-7 + 1e-3 * b.magnitude
        }
        #expect(isClose, "\(name), output \(kind) of parameter \(index)")
        #expect(found.count == expected.count)
      }
    }
  }

  @Test(
    .enabled(if: BackendCase.isInstalled, "libonnx-testdata is not installed"),
    arguments: ["test_momentum", "test_momentum_multiple", "test_nesterov_momentum"])
  func `stochastic gradient descent is ONNX's Momentum`(name: String) throws {
    try check(name, moments: 1) { attributes, rate in
      let share = try #require(try attributes.float("beta"))
      return StochasticGradientDescent(
        learningRate: rate, momentum: try attributes.float("alpha") ?? 0,
        nesterov: try attributes.string("mode") == "nesterov",
        weightDecay: try attributes.float("norm_coefficient") ?? 0, dampening: 1 - share)
    }
  }

  @Test(
    .enabled(if: BackendCase.isInstalled, "libonnx-testdata is not installed"),
    arguments: ["test_adam", "test_adam_multiple"])
  func `Adam is ONNX's`(name: String) throws {
    // The outputs of this case were computed with an ε that its node leaves out.
    let epsilon: Float? = name == "test_adam_multiple" ? 0.01 : nil
    try check(name, moments: 2) { attributes, rate in
      Adam(
        learningRate: rate, beta1: try attributes.float("alpha") ?? 0.9,
        beta2: try attributes.float("beta") ?? 0.999,
        epsilon: try epsilon ?? attributes.float("epsilon") ?? 1e-6, placement: .uncorrected,
        weightDecay: try attributes.float("norm_coefficient") ?? 0,
        shrinkage: try attributes.float("norm_coefficient_post") ?? 0)
    }
  }

  @Test(
    .enabled(if: BackendCase.isInstalled, "libonnx-testdata is not installed"),
    arguments: ["test_adagrad", "test_adagrad_multiple"])
  func `Adagrad is ONNX's`(name: String) throws {
    try check(name, moments: 1) { attributes, rate in
      Adagrad(
        learningRate: rate, rateDecay: try attributes.float("decay_factor") ?? 0,
        epsilon: try attributes.float("epsilon") ?? 1e-6,
        weightDecay: try attributes.float("norm_coefficient") ?? 0)
    }
  }

  /// ONNX's cases are all of step 0, which corrects and decays nothing: five steps in Double by the
  /// formulas. A step rounds a dozen values, none more than the parameter or the step are large.
  @Test func `Adam, Adagrad and dampened momentum over several steps`() {
    let gradient: [Float] = [0.5, -2, 0.125]
    let start: [Float] = [1, -1, 3]
    var adam = State(
      parameter: start, gradient: gradient, moments: [[0, 0, 0], [0, 0, 0]])
    var adagrad = State(parameter: start, gradient: gradient, moments: [[0, 0, 0]])
    var momentum = adagrad
    for step in 0..<5 {
      adam.step(step, by: Adam(learningRate: 0.25, epsilon: 0.01, weightDecay: 0.125))
      adagrad.step(step, by: Adagrad(learningRate: 0.25, rateDecay: 0.5, weightDecay: 0.125))
      momentum.step(
        step,
        by: StochasticGradientDescent(learningRate: 0.25, momentum: 0.5, dampening: 0.25))
    }
    for element in start.indices {
      let g = Double(gradient[element])
      var (p, m, v) = (Double(start[element]), 0.0, 0.0)
      for t in 1...5 {
        let decayed = g + 0.125 * p
        m = Double(Float(0.9)) * m + (1 - Double(Float(0.9))) * decayed
        v = Double(Float(0.999)) * v + (1 - Double(Float(0.999))) * decayed * decayed
        let mean = m / (1 - pow(Double(Float(0.9)), Double(t)))
        let square = v / (1 - pow(Double(Float(0.999)), Double(t)))
        p -= 0.25 * mean / (square.squareRoot() + Double(Float(0.01)))
      }
      #expect((Double(adam.parameter[element]) - p).magnitude <= 5 * 12 * 0x1p-23 * 4)
      p = Double(start[element])
      var h = 0.0
      for t in 0..<5 {
        let decayed = g + 0.125 * p
        h += decayed * decayed
        p -= 0.25 / (1 + 0.5 * Double(t)) * decayed / (h.squareRoot() + 1e-10)
      }
      #expect((Double(adagrad.parameter[element]) - p).magnitude <= 5 * 12 * 0x1p-23 * 4)
      (p, v) = (Double(start[element]), 0)
      for t in 0..<5 {
        v = 0.5 * v + (t == 0 ? 1 : 0.75) * g
        p -= 0.25 * v
      }
      #expect(Double(momentum.parameter[element]) == p)
    }
  }
}
