import Execution
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// A ReLU that is all that reads a result is computed with it, in one primitive.
@Suite struct `Rectification` {
  /// y = max(normalised x, 0). ReLU joins the normalisation; Clip from 0, the same function,
  /// does not.
  private func normalization(
    rectifiedBy activation: Activation, epsilon: Float, channels: Int,
    x: NaiveTensor, scale: NaiveTensor, shift: NaiveTensor, readTwice: Bool = false
  ) throws -> Graph {
    var builder = GraphBuilder(name: "rectified", opset: 13)
    let ones = Tensor([Float](repeating: 1, count: channels), shape: [channels])
    for name: Name in ["mean", "variance"] { builder.addInitializer(name, Initializer(ones)) }
    builder.addInitializer("zero", Initializer(Tensor([Float(0)], shape: [])))
    builder.addParameter("x", x)
    builder.addParameter("scale", scale)
    builder.addParameter("shift", shift)
    builder.addNode(
      name: "norm", .batchNormalization(BatchNormalization(epsilon: epsilon)),
      inputs: ["x", "scale", "shift", "mean", "variance"], outputs: ["n"])
    let isClip = if case .clip = activation { true } else { false }
    builder.addNode(
      name: "relu", .activation(activation), inputs: isClip ? ["n", "zero"] : ["n"],
      outputs: [readTwice ? "r" : "y"])
    if readTwice {
      builder.addNode(name: "sum", .binary(Binary(.add)), inputs: ["r", "n"], outputs: ["y"])
    }
    builder.addOutput("y", type: nil)
    return try builder.build()
  }

  /// The elements are ±(0.75 … 1.25), each sign for half of a channel: |mean x| ≤ 1/4 and σ < 1.26,
  /// so that |x̂| > 0.39, and with a scale ≥ 1/2 and |shift| ≤ 1/8 no element of the normalised comes
  /// nearer than 1/16 to the kink at 0. Elsewhere ReLU changes no bound: that of the normalisation,
  /// derived in `Gradients of normalisation`, holds, with all terms counted.
  @Test(arguments: UInt64(0)..<16, [Activation.relu, .clip(minimum: nil, maximum: nil)])
  func `of a normalisation by the batch's statistics`(
    seed: UInt64, activation: Activation
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let channels = seed % 4 == 0 ? generator.pick(15...18) : generator.pick(1...4)
    let spatial = generator.picks(Int(seed % 4), 2...3)
    let shape = [spatial.isEmpty ? 8 : 4, channels] + spatial
    var x = generator.tensor(shape, in: 0.75..<1.25)
    for index in x.indices where (index[0] + index[1]) % 2 == 0 { x[index] = -x[index] }
    let scale = generator.tensor([channels], in: 0.5..<1.5)
    let shift = generator.tensor([channels], in: -0.125..<0.125)
    let epsilon: Float = 1e-5
    let (_, variance) = NaiveNormalization.statistics(x)
    let sigmas = variance.map { ($0 + Double(epsilon)).squareRoot() }
    let sigma = sigmas.elements.min() ?? 1
    let hat = 2 / sigma
    let count = Double(x.elements.count / channels)
    let step = 0x1p-14
    try GradientProblem(
      normalization(
        rectifiedBy: activation, epsilon: epsilon, channels: channels, x: x, scale: scale,
        shift: shift),
      [("x", x), ("scale", scale), ("shift", shift)],
      terms: Int(4 * (count + 4) * (1 + 1 / sigma + 8 / (sigma * sigma))), step: step,
      slack: step * step / 6 * 16 / (sigma * sigma),
      magnitude: { inputs in
        let (mean, _) = NaiveNormalization.statistics(inputs[0])
        return NaiveNormalization.forward(
          inputs[0], mean: mean.map { -$0 }, variance: sigmas.map { $0 * $0 },
          scale: inputs[1].map { $0 * (1 + hat * hat) }, shift: inputs[2], epsilon: 0)
      },
      twin: { inputs in
        let (mean, variance) = NaiveNormalization.statistics(inputs[0])
        return NaiveNormalization.forward(
          inputs[0], mean: mean, variance: variance, scale: inputs[1], shift: inputs[2],
          epsilon: Double(epsilon)
        ).map { max($0, 0) }
      }
    ).expectAgreement(seed: seed)
  }

  /// y = max(w ∗ x + b, 0), and as a product of matrices: no element is further from the twin's than
  /// the sum of its terms and the bias may be, and ReLU brings no two numbers further apart.
  @Test(arguments: UInt64(0)..<12)
  func `of a convolution or a product in inference`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let isProduct = seed % 2 == 0
    let channels = generator.pick(1...20)
    let filters = generator.pick(1...20)
    let spatial = isProduct ? [] : [5, 4]
    let x = generator.tensor([3, channels] + spatial)
    let w = generator.tensor([filters, channels] + (isProduct ? [] : [3, 3]))
    let b = generator.tensor([filters])
    var builder = GraphBuilder(name: "rectified", opset: 13)
    builder.addInput("x", type: ValueType(.float, shape: x.shape))
    builder.addParameter("w", w)
    builder.addParameter("b", b)
    if isProduct {
      builder.addNode(
        name: "map", type: OperatorType("Gemm"), attributes: ["transB": .int(1)],
        inputs: ["x", "w", "b"], outputs: ["h"])
    } else {
      builder.addNode(
        name: "map", type: OperatorType("Conv"), attributes: ["pads": .ints([1, 1, 1, 1])],
        inputs: ["x", "w", "b"], outputs: ["h"])
    }
    builder.addNode(name: "relu", .activation(.relu), inputs: ["h"], outputs: ["y"])
    builder.addOutput("y", type: nil)
    let run = try Session(builder.build(), threads: 1).inference()
    let names = run.executor.plan.computation.nodes.map(\.action.name)
    #expect(names == [isProduct ? "innerProduct.relu" : "convolution.relu"], "seed \(seed)")
    // A product is a convolution of one position.
    let ones = isProduct ? [] : [1, 1]
    let naive = NaiveConvolution(
      strides: ones, dilations: ones, padsBegin: ones, padsEnd: ones, groups: 1)
    let floats = try #require(try run([x.floats])[0].floats)
    let expected = naive.forward(x, w, b)
    let size = naive.forward(x.magnitudes, w.magnitudes, b.magnitudes)
    let disagreement = NaiveTensor(expected.shape, floats.map(Double.init)).disagreement(
      with: expected.map { max($0, 0) }, within: size.roundingBound(terms: channels * 9 + 1))
    #expect(disagreement == nil, "seed \(seed)")
  }

  @Test(arguments: [false, true])
  func `stays a step of its own where something else reads the result`(readTwice: Bool) throws {
    var generator = SeededGenerator(seed: 1)
    let run = try Session(
      normalization(
        rectifiedBy: .relu, epsilon: 1e-5, channels: 3, x: generator.tensor([2, 3, 4]),
        scale: generator.tensor([3]), shift: generator.tensor([3]), readTwice: readTwice)
    ).vectorJacobian()
    let names = run.executor.plan.computation.nodes.map(\.action.name)
    #expect(names.contains("elementwise") == readTwice)
    #expect(names.contains("batchNormalization.relu") != readTwice)
  }
}
