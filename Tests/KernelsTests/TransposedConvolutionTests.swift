import Kernels
import TensorCore
import TestSupport
import Testing

/// A random small transposed convolution: its geometry and its tensors.
private struct Problem {
  let geometry: NaiveConvolution
  let outputPadding: [Int]
  let source, weights, bias: NaiveTensor
  let window: WindowGeometry

  init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let rank = pick(1...3)
    let groups = pick(1...2)
    let isWide = seed % 4 == 0
    let (inner, outer) = isWide ? (pick(14...33), pick(14...33)) : (pick(1...3), pick(1...3))
    let kernel = (0..<rank).map { _ in pick(1...3) }
    let strides = (0..<rank).map { _ in pick(1...3) }
    let dilations = (0..<rank).map { _ in pick(1...2) }
    let padsBegin = kernel.map { pick(0...($0 - 1)) }
    let padsEnd = kernel.map { pick(0...($0 - 1)) }
    let output = strides.map { pick(0...($0 - 1)) }
    // Large enough that the pads leave an element.
    let spatial = (0..<rank).map { _ in 3 + pick(0...1) }
    geometry = NaiveConvolution(
      strides: strides, dilations: dilations, padsBegin: padsBegin, padsEnd: padsEnd,
      groups: groups)
    outputPadding = output
    source = NaiveTensor(random: [pick(1...2), groups * inner] + spatial, using: &generator)
    weights = NaiveTensor(random: [groups * inner, outer] + kernel, using: &generator)
    bias = NaiveTensor(random: [groups * outer], using: &generator)
    window = WindowGeometry(
      kernel: kernel, strides: strides, dilations: dilations, padsBegin: padsBegin,
      padsEnd: zip(padsEnd, output).map { $0 - $1 })
  }

  func naive(_ x: NaiveTensor, _ w: NaiveTensor, _ b: NaiveTensor?) -> NaiveTensor {
    geometry.transposed(x, w, b, outputPadding: outputPadding)
  }
}

@Suite struct `Transposed convolution kernels` {
  @Test(arguments: UInt64(0)..<24)
  func `compute what the definition says, and its gradients`(seed: UInt64) throws {
    let problem = Problem(seed: seed)
    let (x, w, b) = (problem.source, problem.weights, problem.bias)
    let (window, groups) = (problem.window, problem.geometry.groups)
    let expected = problem.naive(x, w, b)
    let bench = try Workbench()
    let context: Comment = "seed \(seed): \(x.shape) * \(w.shape), \(problem.geometry)"

    let forward = try Primitive.transposedConvolution(
      source: .any(x.shape), weights: .any(w.shape), hasBias: true,
      destination: .any(expected.shape), window: window, groups: groups, on: bench.engine)
    let y = try bench.run(
      forward, [(.source, x), (.weights, w), (.bias, b)], outputs: [(.destination, expected.shape)])
    let taps = window.kernel.reduce(1, *)
    let terms = taps * x.shape[1] / groups + 1
    let size = problem.naive(x.magnitudes, w.magnitudes, b.magnitudes)
    expectClose(y[0], expected, within: size.roundingBound(terms: terms), context)

    var generator = SeededGenerator(seed: seed, stream: 1)
    let g = NaiveTensor(random: expected.shape, using: &generator)
    let backwardData = try Primitive.transposedConvolutionBackwardData(
      gradientSource: .any(x.shape), weights: .any(w.shape), gradientDestination: .any(g.shape),
      window: window, groups: groups, forward: forward, on: bench.engine)
    let dx = try bench.run(
      backwardData, [(.gradientDestination, g), (.weights, w)],
      outputs: [(.gradientSource, x.shape)])
    expectLinearGradient(
      dx[0], at: x, terms: taps * w.shape[1], context, using: &generator,
      loss: { g.inner(problem.naive($0, w, nil)) },
      magnitude: { g.magnitudes.inner(problem.naive($0, w.magnitudes, nil)) })

    let backwardWeights = try Primitive.transposedConvolutionBackwardWeights(
      source: .any(x.shape), gradientWeights: .any(w.shape), hasBias: true,
      gradientDestination: .any(g.shape), window: window, groups: groups, forward: forward,
      on: bench.engine)
    let dwb = try bench.run(
      backwardWeights, [(.source, x), (.gradientDestination, g)],
      outputs: [(.gradientWeights, w.shape), (.gradientBias, b.shape)])
    expectLinearGradient(
      dwb[0], at: w, terms: x.elements.count / x.shape[1], context, using: &generator,
      loss: { g.inner(problem.naive(x, $0, nil)) },
      magnitude: { g.magnitudes.inner(problem.naive(x.magnitudes, $0, nil)) })
    expectLinearGradient(
      dwb[1], at: b, terms: g.elements.count / g.shape[1], context, using: &generator,
      loss: { g.inner(problem.naive(x, w, $0)) },
      magnitude: { g.magnitudes.inner(problem.naive(x, w, $0)) })
  }
}
