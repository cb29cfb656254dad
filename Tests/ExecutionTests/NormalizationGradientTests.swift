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
  @Test(arguments: UInt64(0)..<20)
  func `BatchNormalization by the batch's statistics`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    // Some are wider than a vector register, where the library's blocked layouts begin.
    let channels = seed % 4 == 0 ? generator.pick(15...18) : generator.pick(1...4)
    let spatial = generator.picks(Int(seed % 4), 2...3)
    let shape = [spatial.isEmpty ? 8 : generator.pick(4...5), channels] + spatial
    let x = generator.tensor(shape)
    let epsilon: Float = seed % 2 == 0 ? 1e-5 : 0.125
    let (_, variance) = NaiveNormalization.statistics(x)
    let sigmas = variance.map { ($0 + Double(epsilon)).squareRoot() }
    let sigma = sigmas.elements.min() ?? 1
    let hat = 2 / sigma
    let count = Double(x.elements.count / channels)
    func magnitude(_ inputs: [NaiveTensor]) -> NaiveTensor {
      let (mean, _) = NaiveNormalization.statistics(inputs[0])
      let negated = mean.map { -$0 }
      return NaiveNormalization.forward(
        inputs[0], mean: negated, variance: sigmas.map { $0 * $0 },
        scale: inputs[1].map { $0 * (1 + hat * hat) }, shift: inputs[2], epsilon: 0)
    }
    let step = 0x1p-14
    let ones = [Float](repeating: 1, count: channels)
    try GradientProblem(
      "BatchNormalization", ["epsilon": .float(epsilon)],
      [
        .parameter(x), .parameter(generator.tensor([channels], in: 0.5..<1.5)),
        .parameter(generator.tensor([channels])), .floats(ones, shape: [channels]),
        .floats(ones, shape: [channels]),
      ], terms: Int(4 * (count + 4) * (1 + 1 / sigma + 8 / (sigma * sigma))), step: step,
      // The third derivative adds a factor 1/σ² and a few products of x̂ ≤ h to the first's terms.
      slack: step * step / 6 * 16 / (sigma * sigma), magnitude: magnitude,
      twin: { inputs in
        let (mean, variance) = NaiveNormalization.statistics(inputs[0])
        return NaiveNormalization.forward(
          inputs[0], mean: mean, variance: variance, scale: inputs[1], shift: inputs[2],
          epsilon: Double(epsilon))
      }
    ).expectAgreement(seed: seed)
  }
}
