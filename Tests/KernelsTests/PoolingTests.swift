import Kernels
import TensorCore
import TestSupport
import Testing

@Suite struct `Pooling kernels` {
  @Test(arguments: UInt64(0)..<36)
  func `compute what the definition says, and its gradient`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let rank = pick(1...3)
    let kernel = (0..<rank).map { _ in pick(1...3) }
    let function = NaivePooling.Function.allCases[Int(seed % 3)]
    let naive = NaivePooling(
      function: function, kernel: kernel, strides: (0..<rank).map { _ in pick(1...3) },
      dilations: (0..<rank).map { _ in function == .maximum ? pick(1...2) : 1 },
      padsBegin: kernel.map { pick(0...($0 - 1)) }, padsEnd: kernel.map { pick(0...($0 - 1)) })
    // Longer than a dilated kernel, so that no window sees padding only.
    let shape =
      [pick(1...2), seed % 4 == 0 && rank < 3 ? pick(14...33) : pick(1...4)] + kernel.map { 4 + $0 }
    // Integers 4 apart in random order: steps of 1 change no maximum.
    let count = shape.reduce(1, *)
    let x = NaiveTensor(
      shape, Array(0..<count).shuffled(using: &generator).map { Double(4 * $0 - 2 * count) })
    let expected = naive.forward(x)
    let bench = try Workbench()
    let context: Comment = "seed \(seed): \(shape), \(naive)"
    let window = WindowGeometry(
      kernel: kernel, strides: naive.strides, dilations: naive.dilations,
      padsBegin: naive.padsBegin, padsEnd: naive.padsEnd)
    let pooling: PoolingFunction =
      switch function {
      case .maximum: .maximum
      case .average: .average(includesPadding: false)
      case .averageWithPadding: .average(includesPadding: true)
      }

    let forward = try Primitive.pooling(
      pooling, source: TensorLayout(plain: shape), destination: .any(expected.shape),
      window: window, on: bench.engine)
    let y = try bench.run(
      forward, [(.source, x)], outputs: [(.destination, expected.shape)])
    // A maximum is exact; an average adds a kernel's worth of elements and divides once.
    let terms = kernel.reduce(1, *)
    let size =
      function == .maximum ? NaiveTensor(zeros: expected.shape) : naive.forward(x.magnitudes)
    expectClose(y[0], expected, within: size.roundingBound(terms: terms), context)

    let g = NaiveTensor(random: expected.shape, using: &generator)
    let backward = try Primitive.poolingBackward(
      pooling, gradientSource: .any(shape), gradientDestination: .any(g.shape), window: window,
      forward: forward, on: bench.engine)
    let dx = try bench.run(
      backward, [(.gradientDestination, g)], outputs: [(.gradientSource, shape)])
    // The differences' own rounding is that of Double sums of elements below 2¹⁶: far below 2⁻²⁴.
    expectLinearGradient(
      dx[0], at: x, terms: terms, context, using: &generator,
      loss: { g.inner(naive.forward($0)) }, magnitude: { g.magnitudes.inner(naive.forward($0)) })
  }

  @Test func `take the first of equal maxima`() throws {
    let bench = try Workbench()
    let x = NaiveTensor([1, 1, 1, 4], [2, 2, 2, 2])
    let window = WindowGeometry(kernel: [1, 2], strides: [1, 2])
    let forward = try Primitive.pooling(
      .maximum, source: TensorLayout(plain: x.shape), destination: .any([1, 1, 1, 2]),
      window: window, on: bench.engine)
    _ = try bench.run(forward, [(.source, x)], outputs: [])
    let backward = try Primitive.poolingBackward(
      .maximum, gradientSource: TensorLayout(plain: x.shape),
      gradientDestination: TensorLayout(plain: [1, 1, 1, 2]), window: window, forward: forward,
      on: bench.engine)
    let dx = try bench.run(
      backward, [(.gradientDestination, NaiveTensor([1, 1, 1, 2], [3, 5]))],
      outputs: [(.gradientSource, x.shape)])
    #expect(dx[0].elements == [3, 0, 5, 0])
  }
}
