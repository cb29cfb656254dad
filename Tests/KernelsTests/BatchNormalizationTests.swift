import Kernels
import TensorCore
import TestSupport
import Testing

@Suite struct `Batch normalisation kernels` {
  @Test(arguments: UInt64(0)..<24)
  func `compute what the definition says, and its gradients`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let statistics: Statistics = seed % 2 == 0 ? .batch : .given
    let channels = seed % 4 < 2 ? pick(1...5) : pick(14...33)
    let shape = [pick(2...3), channels] + (0..<pick(1...3)).map { _ in pick(2...4) }
    let x = NaiveTensor(random: shape, using: &generator)
    let scale = NaiveTensor(random: [channels], in: 0.5..<1.5, using: &generator)
    let shift = NaiveTensor(random: [channels], using: &generator)
    let given = (
      mean: NaiveTensor(random: [channels], using: &generator),
      variance: NaiveTensor(random: [channels], in: 0.5..<1.5, using: &generator)
    )
    let epsilon = Float(1e-5)
    let context: Comment = "seed \(seed): \(shape), statistics \(statistics)"

    func naive(_ x: NaiveTensor, _ scale: NaiveTensor, _ shift: NaiveTensor) -> NaiveTensor {
      let (mean, variance) = statistics == .batch ? NaiveNormalization.statistics(x) : given
      return NaiveNormalization.forward(
        x, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: Double(epsilon))
    }
    let used = statistics == .batch ? NaiveNormalization.statistics(x) : given

    // With u = 2⁻²⁴ and n elements per channel, |x| ≤ 1 and |scale|, |shift| ≤ 1.5: the mean errs by
    // at most (n + 1)u; the variance, a mean of squares ≤ 4 of differences that err by (n + 2)u
    // each, by 4(n + 1)u + 4(n + 2)u. Divided by σ and σ³ and times the deviation ≤ 2, that moves
    // an element by at most 1.5·((n + 2)/σ + 8(n + 2)/σ³)u, and a few roundings of the result.
    let count = Double(x.elements.count / channels)
    let sigma = used.variance.elements.map { ($0 + Double(epsilon)).squareRoot() }.min() ?? 1
    let unit = (count + 4) * 0x1p-24
    let forwardBound = 1.5 * unit * (1 / sigma + 8 / (sigma * sigma * sigma))
    func bound(_ tensor: NaiveTensor, _ value: Double) -> NaiveTensor {
      NaiveTensor(tensor.shape, tensor.elements.map { _ in value })
    }

    let bench = try Workbench()
    let forward = try Primitive.batchNormalization(
      source: TensorLayout(plain: shape), epsilon: epsilon, statistics: statistics,
      on: bench.engine)
    var inputs = [(ArgumentRole.source, x), (.scale, scale), (.shift, shift)]
    if statistics == .given {
      inputs += [(.mean, given.mean), (.variance, given.variance)]
    }
    let y = try bench.run(
      forward, inputs,
      outputs: [(.destination, shape), (.mean, [channels]), (.variance, [channels])])
    expectClose(y[0], naive(x, scale, shift), within: bound(x, forwardBound), context)
    expectClose(y[1], used.mean, within: bound(shift, unit), context)
    expectClose(y[2], used.variance, within: bound(shift, 8 * unit), context)

    let g = NaiveTensor(random: shape, using: &generator)
    let backward = try Primitive.batchNormalizationBackward(
      source: TensorLayout(plain: shape), gradient: .any(shape), epsilon: epsilon,
      statistics: statistics, forward: forward, on: bench.engine)
    inputs += [(.mean, y[1]), (.variance, y[2]), (.gradientDestination, g)]
    let gradients = try bench.run(
      backward, inputs.filter { backward.layout(of: $0.0) != nil },
      outputs: [
        (.gradientSource, shape), (.gradientScale, [channels]), (.gradientShift, [channels]),
      ]
    )
    // dx = scale/σ·(g − mean g − x̂·mean(g·x̂)), where |x̂| ≤ 2/σ: the factors' errors are those above
    // (relative 8(n + 2)u/σ² for 1/σ), and the means are sums of n terms ≤ 1 and ≤ 2/σ.
    // dscale = Σ g·x̂ and dshift = Σ g are n times such means.
    let hat = 2 / sigma
    let relative = unit * (1 + 8 / (sigma * sigma) + 1 / sigma)
    let sourceBound = 1.5 / sigma * (2 + hat * hat) * 4 * relative
    // Central differences of width 2h err by h²/6·f‴ plus Double's rounding over h, both below 1e-8
    // times 1/σ³ for h = 1e-4.
    let step = 1e-4
    let width = 1e-8 / (sigma * sigma * sigma)
    let positions = x.sample(24, using: &generator)
    expectClose(
      gradients[0].selecting(positions),
      x.gradient(step: step, at: positions) { g.inner(naive($0, scale, shift)) },
      within: NaiveTensor([positions.count], positions.map { _ in sourceBound + width }), context)
    let all = Array(0..<channels)
    expectClose(
      gradients[1], scale.gradient(step: 1, at: all) { g.inner(naive(x, $0, shift)) },
      within: bound(scale, count * hat * 2 * relative), context)
    expectClose(
      gradients[2], shift.gradient(step: 1, at: all) { g.inner(naive(x, scale, $0)) },
      within: bound(shift, count * unit), context)
  }

  @Test func `are compiled, not interpreted, on plain and blocked layouts`() throws {
    let engine = try ComputeEngine()
    let shape = [8, 32, 7, 7]
    let primitive = try Primitive.batchNormalization(
      source: TensorLayout(plain: shape), epsilon: 1e-5, statistics: .batch, on: engine)
    #expect(!primitive.implementationName.hasPrefix("ref"))
  }
}
