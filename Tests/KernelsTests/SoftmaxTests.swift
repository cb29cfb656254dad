import Kernels
import TensorCore
import TestSupport
import Testing

@Suite struct `Softmax kernels` {
  @Test(arguments: UInt64(0)..<16)
  func `compute what the definition says, and its gradient`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let shape = (0..<pick(1...4)).map { _ in pick(1...12) }
    let axis = pick(0...(shape.count - 1))
    let x = NaiveTensor(random: shape, in: -4..<4, using: &generator)
    let expected = NaiveSoftmax.forward(x, axis: axis)
    let bench = try Workbench()
    let context: Comment = "seed \(seed): \(shape) along \(axis)"

    let forward = try Primitive.softmax(
      axis: axis, source: TensorLayout(plain: shape),
      destination: TensorLayout(plain: shape), on: bench.engine)
    let y = try bench.run(forward, [(.source, x)], outputs: [(.destination, shape)])
    // Subtracting the maximum errs by 8u (differences stay below 8), its exponential by as much
    // relatively and 8u more, a sum of n of them by n·u; a probability is at most 1.
    let count = Double(shape[axis])
    let unit = (count + 32) * 0x1p-24
    expectClose(
      y[0], expected, within: NaiveTensor(shape, x.elements.map { _ in unit }), context)

    let g = NaiveTensor(random: shape, using: &generator)
    let backward = try Primitive.softmaxBackward(
      axis: axis, destination: TensorLayout(plain: shape),
      gradientSource: .any(shape), gradientDestination: TensorLayout(plain: shape),
      forward: forward, on: bench.engine)
    let dx = try bench.run(
      backward, [(.destination, y[0]), (.gradientDestination, g)],
      outputs: [(.gradientSource, shape)])
    let positions = x.sample(24, using: &generator)
    let slopes = x.gradient(step: 1e-4, at: positions) {
      g.inner(NaiveSoftmax.forward($0, axis: axis))
    }
    // p·(g − Σ p·g): the errors above times sums of n terms ≤ 1; the differences of
    // functions whose third derivatives are below n err by n·h²/6.
    let bound = 2 * (count + 1) * unit + count * 1e-8 / 6
    expectClose(
      dx[0].selecting(positions), slopes,
      within: NaiveTensor(slopes.shape, slopes.elements.map { _ in bound }), context)
  }

  @Test(arguments: UInt64(0)..<8)
  func `compute logarithms to the last place, and their gradient`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = (0..<3).map { _ in Int.random(in: 1...8, using: &generator) }
    let axis = Int.random(in: 0...2, using: &generator)
    let x = NaiveTensor(random: shape, in: -20..<20, using: &generator)
    let g = NaiveTensor(random: shape, using: &generator)
    let context: Comment = "seed \(seed): \(shape) along \(axis)"
    let kernel = try LogSoftmax(shape: shape, axis: axis)
    var y = x.floats
    var dx = y
    kernel.forward(source: x.floats, destination: &y)
    kernel.backward(destination: y, gradientDestination: g.floats, gradientSource: &dx)
    // One rounding of values that Double holds far more finely.
    let expected = NaiveSoftmax.logarithm(x, axis: axis)
    expectClose(
      NaiveTensor(shape, y.map { Double($0) }), expected,
      within: expected.roundingBound(terms: 0), context)
    let all = Array(x.elements.indices)
    let slopes = x.gradient(step: 1e-4, at: all) { g.inner(NaiveSoftmax.logarithm($0, axis: axis)) }
    // The rounding of y moves eʸ·Σg by |y|·2⁻²⁴ relatively, where eʸ·|y| < 1 and |Σg| ≤ 8; the
    // rest is the result's own rounding, and h²/6 times third derivatives below 8.
    let bound = 10 * 0x1p-24 + 8 * 1e-8 / 6
    expectClose(
      NaiveTensor(slopes.shape, dx.map { Double($0) }), slopes,
      within: NaiveTensor(slopes.shape, dx.map { _ in bound }), context)
  }
}
