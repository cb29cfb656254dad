import Kernels
import TensorCore
import TestSupport
import Testing

@Suite struct `Inner product kernels` {
  @Test(arguments: UInt64(0)..<16)
  func `compute what the definition says, and its gradients`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let (rows, inputs, outputs) = (pick(1...9), pick(1...40), pick(1...20))
    let x = NaiveTensor(random: [rows, inputs], using: &generator)
    let w = NaiveTensor(random: [outputs, inputs], using: &generator)
    let b = NaiveTensor(random: [outputs], using: &generator)
    let g = NaiveTensor(random: [rows, outputs], using: &generator)
    let context: Comment = "seed \(seed): \(rows) rows, \(inputs) -> \(outputs)"
    // Odd seeds fix the layout of weights that are stored as [I, O].
    let weights: TensorLayout =
      try seed % 2 == 0 ? .any(w.shape) : TensorLayout(shape: w.shape, strides: [1, outputs])
    let bench = try Workbench()

    let forward = try Primitive.innerProduct(
      source: .any(x.shape), weights: weights, hasBias: true, destination: .any(g.shape),
      on: bench.engine)
    let y = try bench.run(
      forward, [(.source, x), (.weights, w), (.bias, b)], outputs: [(.destination, g.shape)])
    func naive(_ x: NaiveTensor, _ w: NaiveTensor, _ b: NaiveTensor) -> NaiveTensor {
      var product = NaiveProduct.forward(x, NaiveProduct.transpose(w))
      for index in product.indices { product[index] += b[[index[1]]] }
      return product
    }
    let size = naive(x.magnitudes, w.magnitudes, b.magnitudes)
    expectClose(y[0], naive(x, w, b), within: size.roundingBound(terms: inputs + 1), context)

    let backwardData = try Primitive.innerProductBackwardData(
      gradientSource: .any(x.shape), weights: weights, gradientDestination: .any(g.shape),
      forward: forward, on: bench.engine)
    let dx = try bench.run(
      backwardData, [(.gradientDestination, g), (.weights, w)],
      outputs: [(.gradientSource, x.shape)])
    expectLinearGradient(
      dx[0], at: x, terms: outputs, context, using: &generator,
      loss: { g.inner(naive($0, w, b)) },
      magnitude: { g.magnitudes.inner(naive($0, w.magnitudes, b)) })

    let backwardWeights = try Primitive.innerProductBackwardWeights(
      source: .any(x.shape), gradientWeights: weights, hasBias: true,
      gradientDestination: .any(g.shape), forward: forward, on: bench.engine)
    let dwb = try bench.run(
      backwardWeights, [(.source, x), (.gradientDestination, g)],
      outputs: [(.gradientWeights, w.shape), (.gradientBias, b.shape)])
    expectLinearGradient(
      dwb[0], at: w, terms: rows, context, using: &generator,
      loss: { g.inner(naive(x, $0, b)) },
      magnitude: { g.magnitudes.inner(naive(x.magnitudes, $0, b)) })
    expectLinearGradient(
      dwb[1], at: b, terms: rows, context, using: &generator,
      loss: { g.inner(naive(x, w, $0)) },
      magnitude: { g.magnitudes.inner(naive(x, w, $0)) })
  }
}

@Suite struct `Matrix product kernels` {
  @Test(arguments: UInt64(0)..<16)
  func `multiply matrices, batches of them, transposed ones`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let batch = (0..<pick(0...2)).map { _ in pick(1...3) }
    let repeated = batch.map { pick(0...1) == 0 ? 1 : $0 }
    let (rows, depth, columns) = (pick(1...9), pick(1...40), pick(1...20))
    let a = NaiveTensor(random: batch + [rows, depth], using: &generator)
    let b = NaiveTensor(random: repeated + [depth, columns], using: &generator)
    var strides = Shape.strides(repeated + [columns, depth])
    strides.swapAt(strides.count - 1, strides.count - 2)
    let weights: TensorLayout =
      try seed % 2 == 0 ? .any(b.shape) : TensorLayout(shape: b.shape, strides: strides)
    let bench = try Workbench()
    let expected = NaiveProduct.forward(a, b)

    let product = try Primitive.matrixProduct(
      source: .any(a.shape), weights: weights, destination: .any(expected.shape), on: bench.engine)
    let c = try bench.run(
      product, [(.source, a), (.weights, b)], outputs: [(.destination, expected.shape)])
    let size = NaiveProduct.forward(a.magnitudes, b.magnitudes)
    expectClose(
      c[0], expected, within: size.roundingBound(terms: depth),
      "seed \(seed): \(a.shape) x \(b.shape)")
  }
}
