import Kernels
import TensorCore
import TestSupport
import Testing

/// A random small convolution: its geometry and its tensors.
private struct Problem {
  let geometry: NaiveConvolution
  let source, weights, bias: NaiveTensor
  let window: WindowGeometry

  init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let rank = pick(1...3)
    let groups = pick(0...2) == 0 ? pick(2...3) : 1
    let depthwise = groups > 1 && pick(0...1) == 0
    // Some are wider than a vector register, where the library's blocked layouts begin.
    let isWide = seed % 4 == 0
    let inner = depthwise ? 1 : isWide ? pick(14...33) : pick(1...3)
    let outer = depthwise ? pick(1...2) : isWide ? pick(14...33) : pick(1...5)
    let kernel = (0..<rank).map { _ in pick(1...3) }
    let dilations = (0..<rank).map { _ in pick(1...2) }
    let padsBegin = kernel.map { pick(0...$0) }
    let padsEnd = kernel.map { pick(0...$0) }
    let spatial = (0..<rank).map { axis in
      max(1, (kernel[axis] - 1) * dilations[axis] + 1 - padsBegin[axis] - padsEnd[axis])
        + pick(0...(rank == 3 || isWide ? 2 : 4))
    }
    geometry = NaiveConvolution(
      strides: (0..<rank).map { _ in pick(1...3) }, dilations: dilations, padsBegin: padsBegin,
      padsEnd: padsEnd, groups: groups)
    let batch = pick(1...3)
    source = NaiveTensor(random: [batch, groups * inner] + spatial, using: &generator)
    weights = NaiveTensor(random: [groups * outer, inner] + kernel, using: &generator)
    bias = NaiveTensor(random: [groups * outer], using: &generator)
    window = WindowGeometry(
      kernel: kernel, strides: geometry.strides, dilations: dilations, padsBegin: padsBegin,
      padsEnd: padsEnd)
  }
}

@Suite struct `Convolution kernels` {
  @Test(arguments: UInt64(0)..<48)
  func `compute what the definition says, and its gradients`(seed: UInt64) throws {
    let problem = Problem(seed: seed)
    let (geometry, x, w, b) = (problem.geometry, problem.source, problem.weights, problem.bias)
    let (window, groups) = (problem.window, problem.geometry.groups)
    let expected = geometry.forward(x, w, b)
    let bench = try Workbench()
    let context: Comment = "seed \(seed): \(x.shape) * \(w.shape), \(geometry)"

    let forward = try Primitive.convolution(
      source: .any(x.shape), weights: .any(w.shape), hasBias: true,
      destination: .any(expected.shape), window: window, groups: groups, on: bench.engine)
    let y = try bench.run(
      forward, [(.source, x), (.weights, w), (.bias, b)], outputs: [(.destination, expected.shape)])
    let terms = w.elements.count / w.shape[0] + 1
    let size = geometry.forward(x.magnitudes, w.magnitudes, b.magnitudes)
    expectClose(y[0], expected, within: size.roundingBound(terms: terms), context)

    var generator = SeededGenerator(seed: seed, stream: 1)
    let g = NaiveTensor(random: expected.shape, using: &generator)
    let backwardData = try Primitive.convolutionBackwardData(
      gradientSource: .any(x.shape), weights: .any(w.shape),
      gradientDestination: .any(g.shape), window: window, groups: groups, forward: forward,
      on: bench.engine)
    let dx = try bench.run(
      backwardData, [(.gradientDestination, g), (.weights, w)],
      outputs: [(.gradientSource, x.shape)])
    expectLinearGradient(
      dx[0], at: x, terms: terms * w.shape[0] / groups, context, using: &generator,
      loss: { g.inner(geometry.forward($0, w, nil)) },
      magnitude: { g.magnitudes.inner(geometry.forward($0, w.magnitudes, nil)) })

    let backwardWeights = try Primitive.convolutionBackwardWeights(
      source: .any(x.shape), gradientWeights: .any(w.shape), hasBias: true,
      gradientDestination: .any(g.shape), window: window, groups: groups, forward: forward,
      on: bench.engine)
    let dwb = try bench.run(
      backwardWeights, [(.source, x), (.gradientDestination, g)],
      outputs: [(.gradientWeights, w.shape), (.gradientBias, b.shape)])
    let perChannel = g.elements.count / g.shape[1]
    expectLinearGradient(
      dwb[0], at: w, terms: perChannel, context, using: &generator,
      loss: { g.inner(geometry.forward(x, $0, nil)) },
      magnitude: { g.magnitudes.inner(geometry.forward(x.magnitudes, $0, nil)) })
    expectLinearGradient(
      dwb[1], at: b, terms: perChannel, context, using: &generator,
      loss: { g.inner(geometry.forward(x, w, $0)) },
      magnitude: { g.magnitudes.inner(geometry.forward(x, w, $0)) })
  }

  @Test func `refuse shapes that contradict each other`() throws {
    let engine = try ComputeEngine()
    let window = WindowGeometry(kernel: [3, 3])
    #expect(
      throws: KernelError.primitive(
        .convolution, shapes: [[1, 4, 8, 8], [8, 3, 3, 3], [1, 8, 6, 6]], .invalid)
    ) {
      _ = try Primitive.convolution(
        source: .any([1, 4, 8, 8]), weights: .any([8, 3, 3, 3]), hasBias: false,
        destination: .any([1, 8, 6, 6]), window: window, on: engine)
    }
    #expect(throws: KernelError.self) {
      _ = try Primitive.convolution(
        source: .any([1, 4, 8, 8]), weights: .any([9, 2, 3, 3]), hasBias: false,
        destination: .any([1, 9, 6, 6]), window: window, groups: 2, on: engine)
    }
  }
}
