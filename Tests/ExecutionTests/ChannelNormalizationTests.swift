import Foundation
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Gradients of normalisation within an image` {
  /// The bounds of batch normalisation, of one image with as many channels as all have.
  @Test(arguments: UInt64(0)..<12)
  func `InstanceNormalization`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape =
      [generator.pick(1...3), generator.pick(1...4)] + generator.picks(Int(1 + seed % 3), 3...5)
    let x = generator.tensor(shape)
    let channels = shape[0] * shape[1]
    func asOne(_ x: NaiveTensor) -> NaiveTensor {
      NaiveTensor([1, channels, x.elements.count / channels], x.elements)
    }
    func repeated(_ vector: NaiveTensor) -> NaiveTensor {
      NaiveTensor([channels], (0..<shape[0]).flatMap { _ in vector.elements })
    }
    let epsilon: Float = seed % 2 == 0 ? 1e-5 : 0.125
    let (_, variance) = NaiveNormalization.statistics(asOne(x))
    let sigmas = variance.map { ($0 + Double(epsilon)).squareRoot() }
    let sigma = sigmas.elements.min() ?? 1
    let hat = 2 / sigma
    let step = 0x1p-14
    let count = Double(x.elements.count / channels)
    func normalized(
      _ inputs: [NaiveTensor], mean: NaiveTensor, variance: NaiveTensor, scaling: Double,
      epsilon: Double
    ) -> NaiveTensor {
      let result = NaiveNormalization.forward(
        asOne(inputs[0]), mean: mean, variance: variance,
        scale: repeated(inputs[1]).map { $0 * scaling }, shift: repeated(inputs[2]),
        epsilon: epsilon)
      return NaiveTensor(shape, result.elements)
    }
    try GradientProblem(
      "InstanceNormalization", ["epsilon": .float(epsilon)],
      [
        .parameter(x), .parameter(generator.tensor([shape[1]], in: 0.5..<1.5)),
        .parameter(generator.tensor([shape[1]])),
      ], terms: Int(4 * (count + 4) * (1 + 1 / sigma + 8 / (sigma * sigma))), step: step,
      slack: step * step / 6 * 16 / (sigma * sigma),
      magnitude: { inputs in
        let (mean, _) = NaiveNormalization.statistics(asOne(inputs[0]))
        return normalized(
          inputs, mean: mean.map { -$0 }, variance: sigmas.map { $0 * $0 },
          scaling: 1 + hat * hat, epsilon: 0)
      },
      twin: { inputs in
        let (mean, variance) = NaiveNormalization.statistics(asOne(inputs[0]))
        return normalized(
          inputs, mean: mean, variance: variance, scaling: 1, epsilon: Double(epsilon))
      }
    ).expectAgreement(seed: seed)
  }

  /// s ≥ 1, so that the result stays below |x| and its gradient is made of |g| and of
  /// 2αβ/size·|g| for each neighbour: the terms of |x| + 2αβ·Σ |x| over the window. Sums of up to
  /// `size` squares, a power, and four products. Third derivatives of s^(−β) in α ≤ 1 and x ≤ 1 have
  /// a few terms of (2β)³ at most.
  @Test(arguments: UInt64(0)..<12)
  func `LRN of odd and even sizes`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = generator.picks(2, 1...6) + generator.picks(Int(seed % 3), 1...3)
    let size = generator.pick(1...7)
    let (alpha, beta, bias) = (0.75, seed % 2 == 0 ? 0.75 : 0.5, 1.25)
    func window(_ x: NaiveTensor, _ index: [Int], _ term: (Double) -> Double) -> Double {
      let below = Int(floor(Double(size - 1) / 2))
      let above = Int(ceil(Double(size - 1) / 2))
      let channels = max(0, index[1] - below)...min(shape[1] - 1, index[1] + above)
      return channels.reduce(0) { sum, channel in
        var place = index
        place[1] = channel
        return sum + term(x[place])
      }
    }
    func mapped(_ x: NaiveTensor, _ function: ([Int]) -> Double) -> NaiveTensor {
      NaiveTensor(shape, x.indices.map(function))
    }
    let step = 0x1p-14
    try GradientProblem(
      "LRN",
      [
        "alpha": .float(Float(alpha)), "beta": .float(Float(beta)), "bias": .float(Float(bias)),
        "size": .int(size),
      ], [.parameter(generator.tensor(shape))], terms: 2 * size + 12, step: step,
      slack: step * step / 6 * 64,
      magnitude: { inputs in
        mapped(inputs[0]) { index in
          inputs[0][index] + 2 * alpha * beta * window(inputs[0], index) { $0 }
        }
      },
      twin: { inputs in
        mapped(inputs[0]) { index in
          let squares = window(inputs[0], index) { $0 * $0 }
          return inputs[0][index] * pow(bias + alpha / Double(size) * squares, -beta)
        }
      }
    ).expectAgreement(seed: seed)
  }

  /// One rounding a term.
  @Test(arguments: UInt64(0)..<12)
  func `ReduceSum over any axes`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = generator.picks(generator.pick(1...4), 1...4)
    let axes = Set(generator.picks(generator.pick(1...shape.count), 0...shape.count - 1))
    let keepsAxes = generator.pick(0...1) == 0
    let listed = axes.sorted().map { generator.pick(0...1) == 0 ? $0 : $0 - shape.count }
    var attributes: Attributes = keepsAxes ? [:] : ["keepdims": .int(0)]
    var operands: [GradientProblem.Operand] = [.parameter(generator.tensor(shape))]
    let isInput = seed % 2 == 0
    if isInput { operands.append(.integers(listed)) } else { attributes["axes"] = .ints(listed) }
    let count = Double(axes.reduce(1) { $0 * shape[$1] })
    try GradientProblem(
      "ReduceSum", attributes, operands, opset: isInput ? 13 : 11, terms: shape.reduce(1, *),
      twin: { inputs in
        NaiveReduction.mean(of: inputs[0], over: axes, keepsAxes: keepsAxes).map { count * $0 }
      }
    ).expectAgreement(seed: seed)
  }
}
