import Kernels
import TensorCore
import TestSupport
import Testing

/// A random convolution without strides, over one tile or several.
private struct Problem: CustomStringConvertible {
  let source, weights, bias, gradient: NaiveTensor
  let window: WindowGeometry
  let naive: NaiveConvolution

  /// - Parameter isOnePixel: whether source and gradient have one pixel each, which may meet, so
  ///   that a term that is missing or misplaced is all there is.
  init(seed: UInt64, isOnePixel: Bool = false) {
    var generator = SeededGenerator(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let kernel = [pick(1...9), pick(1...9)]
    let padsBegin = kernel.map { pick(0...$0 - 1) }
    let padsEnd = kernel.map { pick(0...$0 - 1) }
    // Every third problem has an axis of more than one tile.
    var extents = (0..<2).map { axis in
      max(1, kernel[axis] - padsBegin[axis] - padsEnd[axis]) + pick(0...12)
    }
    if seed % 3 == 0 { extents[pick(0...1)] += pick(30...60) }
    let inputs = pick(1...18)
    let outputs = seed % 4 == 0 ? pick(17...34) : pick(1...9)
    window = WindowGeometry(
      kernel: kernel, strides: [1, 1], dilations: [1, 1], padsBegin: padsBegin, padsEnd: padsEnd)
    naive = NaiveConvolution(
      strides: [1, 1], dilations: [1, 1], padsBegin: padsBegin, padsEnd: padsEnd, groups: 1)
    var source = NaiveTensor(random: [pick(1...5), inputs] + extents, using: &generator)
    weights = NaiveTensor(random: [outputs, inputs] + kernel, using: &generator)
    bias = NaiveTensor(random: [outputs], using: &generator)
    var gradient = NaiveTensor(
      random: naive.forward(source, weights, nil).shape, using: &generator)
    if isOnePixel {
      let (image, y, x) = (
        pick(0...source.shape[0] - 1), pick(0...extents[0] - 1), pick(0...extents[1] - 1)
      )
      // Where a tap meets it, or the nearest place that there is.
      let meeting = zip([y, x], 0..<2).map { place, axis in
        min(
          max(0, place + padsBegin[axis] - pick(0...kernel[axis] - 1)),
          gradient.shape[2 + axis] - 1)
      }
      source.keep([image, pick(0...inputs - 1), y, x])
      gradient.keep([image, pick(0...outputs - 1)] + meeting)
    }
    self.source = source
    self.gradient = gradient
  }

  var description: String { "\(source.shape) * \(weights.shape), \(naive)" }

  /// What transforms, products and sums of so many terms may be off by, in parts of the product of
  /// the root sums of squares of both operands, all that shares a spectrum counted together.
  ///
  /// A pass of a transform computes each number from at most five by sums and a turn: in the
  /// 2-norm it adds an error of at most 24 roundings (6 of the matrix of magnitudes of a transform
  /// of five, whose norm is √10 times the transform's own, and 3 of the turn). There are at most
  /// three passes along each axis, τ = 6·24·2⁻²⁴ in all. Both operands' errors act on a result
  /// through a sum over frequencies, where by Cauchy and Schwarz each is at most τ of the product
  /// of norms, and so is a rounding of the products' sums. The last transform errs by τ of the
  /// spectrum's norm, at most √`spread` times that product, with the numbers of the narrower operand
  /// for `spread`. Two kernels or images in one transform cost √2.
  func tolerance(terms: Int, spread: Int) -> Double {
    let passes = 6.0 * 24
    return 2.0.squareRoot() * 0x1p-24
      * (2 * passes + Double(terms) + passes * Double(spread).squareRoot())
  }
}

extension NaiveTensor {
  /// Makes all elements zero but the one at `index`, which becomes 1.
  fileprivate mutating func keep(_ index: [Int]) {
    self = NaiveTensor(zeros: shape)
    self[index] = 1
  }
}

/// [N, C, H, W] in blocks of 16 channels, the last one padded with zeros.
private func blocked(_ tensor: NaiveTensor) -> [Float] {
  let shape = tensor.shape
  let lanes = FourierConvolution.lanes
  let (blocks, plane) = ((shape[1] + lanes - 1) / lanes, shape[2] * shape[3])
  var result = [Float](repeating: 0, count: shape[0] * blocks * plane * lanes)
  for n in 0..<shape[0] {
    for c in 0..<shape[1] {
      let start = tensor.range([n, c]).lowerBound
      for p in 0..<plane {
        result[((n * blocks + c / lanes) * plane + p) * lanes + c % lanes] =
          Float(tensor.elements[start + p])
      }
    }
  }
  return result
}

/// The reverse, and whether all padding is zero.
private func unblocked(_ pixels: [Float], _ shape: [Int]) -> (NaiveTensor, isPadded: Bool) {
  let lanes = FourierConvolution.lanes
  let (blocks, plane) = ((shape[1] + lanes - 1) / lanes, shape[2] * shape[3])
  var result = NaiveTensor(zeros: shape)
  var isPadded = true
  for (place, pixel) in pixels.enumerated() {
    let (block, lane) = (place / lanes / plane, place % lanes)
    let channel = block % blocks * lanes + lane
    guard channel < shape[1] else {
      isPadded = isPadded && pixel == 0
      continue
    }
    result.elements[result.range([block / blocks, channel]).lowerBound + place / lanes % plane] =
      Double(pixel)
  }
  return (result, isPadded)
}

extension FourierConvolution.Spectra {
  /// Room that a part left out would show in, as none of it is a number.
  fileprivate func room() -> [Float] {
    [Float](repeating: .nan, count: slots * slotStride)
  }
}

/// The product of each slot's matrices in Double, A transposed where that is asked for.
private func product(
  _ a: [Float], _ aSpectra: FourierConvolution.Spectra, isTransposed: Bool = false, _ b: [Float],
  _ bSpectra: FourierConvolution.Spectra, to result: FourierConvolution.Spectra
) -> [Float] {
  var c = result.room()
  let inner = isTransposed ? aSpectra.rows : aSpectra.columns
  for slot in 0..<result.slots {
    for row in 0..<result.rows {
      for column in 0..<result.columns {
        var sum = 0.0
        for k in 0..<inner {
          let (i, j) = isTransposed ? (k, row) : (row, k)
          sum +=
            Double(a[slot * aSpectra.slotStride + i * aSpectra.columns + j])
            * Double(b[slot * bSpectra.slotStride + k * bSpectra.columns + column])
        }
        c[slot * result.slotStride + row * result.columns + column] = Float(sum)
      }
    }
  }
  return c
}

private func convolve(
  _ form: FourierConvolution, _ source: NaiveTensor, _ weights: NaiveTensor, _ bias: NaiveTensor?,
  shape: [Int]
) -> (NaiveTensor, isPadded: Bool) {
  var spectra = form.sourceSpectra.room()
  form.transformSource(blocked(source), to: &spectra)
  var matrices = form.matrices.room()
  form.transformWeights(weights.floats, to: &matrices)
  let result = product(
    spectra, form.sourceSpectra, matrices, form.matrices, to: form.resultSpectra)
  var pixels = [Float](repeating: .nan, count: blocked(NaiveTensor(zeros: shape)).count)
  if let bias {
    form.restoreResult(result, bias: bias.floats, to: &pixels)
  } else {
    form.restoreResult(result, bias: nil, to: &pixels)
  }
  return unblocked(pixels, shape)
}

/// √Σ² over the elements of `range`.
private func norm(_ tensor: NaiveTensor, _ range: Range<Int>) -> Double {
  tensor.elements[range].reduce(0) { $0 + $1 * $1 }.squareRoot()
}

@Suite struct `Convolutions by spectra` {
  @Test(arguments: UInt64(0)..<36)
  func `compute what the definition says`(seed: UInt64) throws {
    let problem = Problem(seed: seed)
    let (x, w) = (problem.source, problem.weights)
    let expected = problem.naive.forward(x, w, problem.bias)
    let form = try #require(
      FourierConvolution(problem.window, source: x.shape, outputs: w.shape[0]))
    let (y, isPadded) = convolve(form, x, w, problem.bias, shape: expected.shape)
    #expect(isPadded, "seed \(seed): \(problem)")
    let taps = w.shape[2] * w.shape[3]
    let tolerance = problem.tolerance(terms: 2 * (x.shape[1] + 16) + 2, spread: taps)
    for n in 0..<x.shape[0] {
      let pair = n / 2 * 2..<min(n / 2 * 2 + 2, x.shape[0])
      let size = norm(x, x.range([pair.lowerBound]).lowerBound..<x.range([pair.last!]).upperBound)
      for o in 0..<w.shape[0] {
        let bound = tolerance * size * norm(w, w.range([o]))
        for position in expected.range([n, o]) {
          let error = (y.elements[position] - expected.elements[position]).magnitude
          #expect(error <= bound, "seed \(seed): \(problem), image \(n), output \(o)")
          guard error <= bound else { return }
        }
      }
    }
  }

  @Test(arguments: UInt64(0)..<36, [false, true])
  func `have the gradients that the definition has`(seed: UInt64, isOnePixel: Bool) throws {
    let problem = Problem(seed: seed, isOnePixel: isOnePixel)
    let (x, w, g) = (problem.source, problem.weights, problem.gradient)
    let expected = problem.naive.forwardGradients(x, w, gradient: g)
    let adjoint = try #require(
      FourierConvolution(adjointOf: problem.window, source: x.shape, outputs: w.shape[0]))
    let (dx, isPadded) = convolve(adjoint, g, w, nil, shape: x.shape)
    #expect(isPadded, "seed \(seed): \(problem)")
    let taps = w.shape[2] * w.shape[3]
    let bound =
      problem.tolerance(terms: 2 * (w.shape[0] + 16) + 2, spread: taps)
      * norm(g, g.elements.indices) * norm(w, w.elements.indices)
    expectClose(dx, expected.source, bound, "seed \(seed): by source, \(problem)")

    let form = try #require(
      FourierConvolution(problem.window, source: x.shape, outputs: w.shape[0]))
    var spectra = form.sourceSpectra.room()
    form.transformSource(blocked(x), to: &spectra)
    var gradients = form.resultSpectra.room()
    form.transformResult(blocked(g), to: &gradients)
    let matrices = product(
      spectra, form.sourceSpectra, isTransposed: true, gradients, form.resultSpectra,
      to: form.matrices)
    var dw = [Float](repeating: .nan, count: w.elements.count)
    form.restoreWeights(matrices, to: &dw)
    let points = form.sourceSpectra.slots * 2
    let weightsBound =
      problem.tolerance(terms: form.sourceSpectra.rows + 2, spread: points)
      * norm(g, g.elements.indices) * norm(x, x.elements.indices)
    expectClose(
      NaiveTensor(w.shape, dw.map(Double.init)), expected.weights, weightsBound,
      "seed \(seed): by weights, \(problem)")
    var db = [Float](repeating: .nan, count: w.shape[0])
    form.sumResult(gradients, to: &db)
    expectClose(
      NaiveTensor([w.shape[0]], db.map(Double.init)), expected.bias, weightsBound,
      "seed \(seed): by bias, \(problem)")
  }

  private func expectClose(
    _ found: NaiveTensor, _ expected: NaiveTensor, _ bound: Double, _ context: Comment
  ) {
    #expect(found.shape == expected.shape, context)
    let worst = zip(found.elements, expected.elements).map { ($0 - $1).magnitude }
      .first { !($0 <= bound) }
    #expect(worst == nil, context)
  }
}
