import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Gradients of normalisation` {
  /// With u = 2⁻²⁴ and n elements a channel, |x| ≤ 1: the mean errs by (n + 1)u, the variance, a mean
  /// of squares ≤ 4 of differences that err so, by 8(n + 2)u, so that 1/σ errs by 8(n + 2)u/σ²
  /// relatively. Output and gradients are products of four such factors at most, whose terms are
  ///
  ///     y = s·(x − mean x)/σ + b,   ∂/∂x = s/σ·(g − mean g − x̂·mean(g·x̂)),   ∂/∂s = Σ g·x̂
  ///
  /// With |x̂| ≤ h, all of them are terms of s·(|x| + mean |x|)/σ·(1 + h²) + |b| or of its gradients.
  ///
  /// Where `spatial` is 0, each place of a channel counts as a channel.
  @Test(arguments: UInt64(0)..<28)
  func `BatchNormalization by the batch's statistics`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    // Some are wider than a vector register, where the library's blocked layouts begin.
    let channels = seed % 4 == 0 ? generator.pick(15...18) : generator.pick(1...4)
    let spatial = generator.picks(Int(seed % 4), 2...3)
    let isSpatial = seed < 20
    let shape = [spatial.isEmpty || !isSpatial ? 8 : generator.pick(4...5), channels] + spatial
    let x = generator.tensor(shape)
    let vector = isSpatial ? [channels] : Array(shape.dropFirst())
    let places = vector.reduce(1, *)
    func channelled(_ inputs: [NaiveTensor]) -> [NaiveTensor] {
      let source = isSpatial ? inputs[0] : NaiveTensor([shape[0], places], inputs[0].elements)
      return [source] + inputs.dropFirst().map { NaiveTensor([places], $0.elements) }
    }
    let epsilon: Float = seed % 2 == 0 ? 1e-5 : 0.125
    let (_, variance) = NaiveNormalization.statistics(channelled([x])[0])
    let sigmas = variance.map { ($0 + Double(epsilon)).squareRoot() }
    let sigma = sigmas.elements.min() ?? 1
    let hat = 2 / sigma
    let count = Double(x.elements.count / places)
    func magnitude(_ inputs: [NaiveTensor]) -> NaiveTensor {
      let inputs = channelled(inputs)
      let (mean, _) = NaiveNormalization.statistics(inputs[0])
      let negated = mean.map { -$0 }
      let result = NaiveNormalization.forward(
        inputs[0], mean: negated, variance: sigmas.map { $0 * $0 },
        scale: inputs[1].map { $0 * (1 + hat * hat) }, shift: inputs[2], epsilon: 0)
      return NaiveTensor(shape, result.elements)
    }
    let step = 0x1p-14
    let ones = [Float](repeating: 1, count: places)
    var attributes: Attributes = ["epsilon": .float(epsilon)]
    if !isSpatial { attributes["spatial"] = .int(0) }
    try GradientProblem(
      "BatchNormalization", attributes,
      [
        .parameter(x), .parameter(generator.tensor(vector, in: 0.5..<1.5)),
        .parameter(generator.tensor(vector)), .floats(ones, shape: vector),
        .floats(ones, shape: vector),
      ], opset: isSpatial ? 13 : 8,
      terms: Int(4 * (count + 4) * (1 + 1 / sigma + 8 / (sigma * sigma))), step: step,
      // The third derivative adds a factor 1/σ² and a few products of x̂ ≤ h to the first's terms.
      slack: step * step / 6 * 16 / (sigma * sigma), magnitude: magnitude,
      twin: { inputs in
        let inputs = channelled(inputs)
        let (mean, variance) = NaiveNormalization.statistics(inputs[0])
        let result = NaiveNormalization.forward(
          inputs[0], mean: mean, variance: variance, scale: inputs[1], shift: inputs[2],
          epsilon: Double(epsilon))
        return NaiveTensor(shape, result.elements)
      }
    ).expectAgreement(seed: seed)
  }
}
