import Kernels
import TensorCore
import TestSupport
import Testing

@Suite struct `Resampling kernels` {
  @Test(arguments: UInt64(0)..<24)
  func `compute what the definition says, and its gradient`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let function = NaiveResampling.Function.allCases[Int(seed % 2)]
    let rank = pick(1...3)
    let old = (0..<rank).map { _ in pick(1...5) }
    // Multiples for the nearest element, as no coordinate then lies half-way between two.
    let new = old.map { function == .nearest ? $0 * pick(1...3) : pick(1...9) }
    let shape = [pick(1...2), pick(1...3)] + old
    let x = NaiveTensor(random: shape, using: &generator)
    let expected = NaiveResampling.forward(x, to: new, function)
    let bench = try Workbench()
    let context: Comment = "seed \(seed): \(function), \(shape) to \(new)"
    let resampling: ResamplingFunction = function == .nearest ? .nearest : .linear

    let forward = try Primitive.resampling(
      resampling, source: TensorLayout(plain: shape), destination: .any(expected.shape),
      on: bench.engine)
    let y = try bench.run(
      forward, [(.source, x)], outputs: [(.destination, expected.shape)])
    // A coordinate is below 8 and made of 4 roundings: both weights of an axis err by up to 32u, and
    // three axes by 3 · 2 · 32u of elements ≤ 1, plus the sum of 8 products.
    let bound = (function == .nearest ? 0 : Double(rank) * 64 + 16) * 0x1p-24
    expectClose(
      y[0], expected, within: NaiveTensor(y[0].shape, y[0].elements.map { _ in bound }), context)

    let g = NaiveTensor(random: expected.shape, using: &generator)
    let backward = try Primitive.resamplingBackward(
      resampling, gradientSource: TensorLayout(plain: shape),
      gradientDestination: TensorLayout(plain: g.shape), forward: forward, on: bench.engine)
    let dx = try bench.run(
      backward, [(.gradientDestination, g)], outputs: [(.gradientSource, shape)])
    let positions = x.sample(24, using: &generator)
    let slopes = x.gradient(step: 1, at: positions) {
      g.inner(NaiveResampling.forward($0, to: new, function))
    }
    // Each of the outputs that an element reaches adds a product that errs as above; there are at
    // most as many as outputs in all, and each sum is rounded once per term.
    let reached = Double(new.reduce(1, *))
    let slopeBound = reached * (Double(rank) * 64 + 16 + reached) * 0x1p-24
    expectClose(
      dx[0].selecting(positions), slopes,
      within: NaiveTensor(slopes.shape, slopes.elements.map { _ in slopeBound }), context)
  }
}
