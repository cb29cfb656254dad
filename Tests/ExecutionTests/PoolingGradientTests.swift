import Execution
import Foundation
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Gradients of poolings and means` {
  private func pooling(
    _ function: NaivePooling.Function, ceil: Bool, rank: Int, dilated: Bool,
    using generator: inout SeededGenerator
  ) -> (naive: NaivePooling, shape: [Int], attributes: Attributes) {
    let kernel = generator.picks(rank, 1...3)
    let dilations = dilated ? generator.picks(rank, 1...2) : Array(repeating: 1, count: rank)
    let naive = NaivePooling(
      function: function, kernel: kernel, strides: generator.picks(rank, 1...3),
      dilations: dilations, padsBegin: kernel.map { generator.pick(0...$0 - 1) },
      padsEnd: kernel.map { generator.pick(0...$0 - 1) }, ceil: ceil)
    // Longer than a dilated kernel, so that no window sees padding only.
    let spatial = kernel.map { 2 * $0 + generator.pick(0...2) }
    let channels = rank < 3 && generator.pick(0...3) == 0 ? 17 : generator.pick(1...3)
    var attributes: Attributes = [
      "kernel_shape": .ints(kernel), "strides": .ints(naive.strides),
      "pads": .ints(naive.padsBegin + naive.padsEnd), "ceil_mode": .int(ceil ? 1 : 0),
    ]
    if dilated { attributes["dilations"] = .ints(dilations) }
    if function == .averageWithPadding { attributes["count_include_pad"] = .int(1) }
    return (naive, [generator.pick(1...2), channels] + spatial, attributes)
  }

  /// Integers 4 apart in random order: steps of 1 change no maximum, and another element than the
  /// greatest is found out. Every term is one of a sum over the window.
  @Test(arguments: UInt64(0)..<24)
  func `MaxPool, padded, strided, dilated, rounded up`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (naive, shape, attributes) = pooling(
      .maximum, ceil: seed % 2 == 1, rank: Int(seed % 3) + 1, dilated: true, using: &generator)
    let count = shape.reduce(1, *)
    let x = NaiveTensor(
      shape,
      Array(0..<count).shuffled(using: &generator).map { Double(4 * $0 - 2 * count) })
    let terms = naive.kernel.reduce(1, *)
    var sum = naive
    sum.function = .average
    try GradientProblem(
      "MaxPool", attributes, [.parameter(x)], terms: terms,
      magnitude: { sum.forward($0[0]).map { $0 * Double(terms) } },
      twin: { naive.forward($0[0]) }
    ).expectAgreement(seed: seed)
  }

  /// Products with 1/n, n ≤ the kernel's taps, and sums over the windows that an element is in.
  @Test(arguments: UInt64(0)..<32)
  func `AveragePool, padding counted or not, rounded up`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let counts = seed % 4 == 0
    let (naive, shape, attributes) = pooling(
      counts ? .averageWithPadding : .average, ceil: seed % 4 == 1, rank: Int(seed / 4 % 3) + 1,
      dilated: seed % 4 == 2, using: &generator)
    try GradientProblem(
      "AveragePool", attributes, [.parameter(generator.tensor(shape))], opset: 19,
      terms: naive.kernel.reduce(1, *) + 2, twin: { naive.forward($0[0]) }
    ).expectAgreement(seed: seed)
  }

  /// SAME pads so that the output has ⌈extent/stride⌉ entries, the odd rest at the end or the begin.
  @Test(arguments: UInt64(0)..<8)
  func `AveragePool with auto_pad`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let isUpper = seed % 2 == 0
    var (naive, shape, attributes) = pooling(
      .average, ceil: false, rank: Int(seed % 3) + 1, dilated: false, using: &generator)
    for axis in naive.kernel.indices {
      let (extent, stride) = (shape[2 + axis], naive.strides[axis])
      let outputs = (extent + stride - 1) / stride
      let total = max((outputs - 1) * stride + naive.kernel[axis] - extent, 0)
      naive.padsBegin[axis] = isUpper ? total / 2 : total - total / 2
      naive.padsEnd[axis] = total - naive.padsBegin[axis]
    }
    attributes["pads"] = nil
    attributes["auto_pad"] = .string(isUpper ? "SAME_UPPER" : "SAME_LOWER")
    try GradientProblem(
      "AveragePool", attributes, [.parameter(generator.tensor(shape))],
      terms: naive.kernel.reduce(1, *) + 2, twin: { [naive] in naive.forward($0[0]) }
    ).expectAgreement(seed: seed)
  }

  /// What lies past the padding isn't counted, which no primitive does: a map along each axis.
  @Test(arguments: UInt64(0)..<18)
  func `AveragePool that counts padding, rounded up`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (naive, shape, attributes) = pooling(
      .averageWithPadding, ceil: true, rank: Int(seed % 3) + 1, dilated: seed % 2 == 0,
      using: &generator)
    try GradientProblem(
      "AveragePool", attributes, [.parameter(generator.tensor(shape))], opset: 19,
      terms: naive.kernel.reduce(1, *) + 2 * naive.kernel.count,
      twin: { naive.forward($0[0]) }
    ).expectAgreement(seed: seed)
  }

  /// Integers 4 apart, as for MaxPool.
  @Test(arguments: UInt64(0)..<8)
  func `GlobalMaxPool over one to four axes`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let spatial = generator.picks(Int(seed % 4) + 1, 1...4)
    let shape = [generator.pick(1...3), generator.pick(1...4)] + spatial
    let count = shape.reduce(1, *)
    let x = NaiveTensor(
      shape, Array(0..<count).shuffled(using: &generator).map { Double(4 * $0 - 2 * count) })
    let size = spatial.reduce(1, *)
    func reduced(_ tensor: NaiveTensor, _ function: (ArraySlice<Double>) -> Double) -> NaiveTensor {
      let planes = shape[0] * shape[1]
      return NaiveTensor(
        shape.prefix(2) + spatial.map { _ in 1 },
        (0..<planes).map { function(tensor.elements[$0 * size..<($0 + 1) * size]) })
    }
    try GradientProblem(
      "GlobalMaxPool", [:], [.parameter(x)], terms: 1,
      magnitude: { reduced($0[0]) { $0.reduce(0, +) } },
      twin: { reduced($0[0]) { $0.max() ?? 0 } }
    ).expectAgreement(seed: seed)
  }

  /// y = (Σ |x|ᵖ)^(1/p) of |x| in [1/2, 1): within the width h of the differences its third
  /// derivative is below 64/y², an error of 64·h²/6 < 2⁻¹⁶ with h = 2⁻¹⁰; 2⁻¹⁶ more for the powers,
  /// which oneDNN approximates. Windows see at least one element; the sum's divisor, the mean's
  /// and the roots take the other roundings.
  @Test(arguments: UInt64(0)..<12)
  func `LpPool and GlobalLpPool`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (window, shape, attributes) = pooling(
      .average, ceil: false, rank: Int(seed % 3) + 1, dilated: false, using: &generator)
    let exponent = Int(seed % 3) + 1
    var x = generator.tensor(shape, in: 0.5..<1)
    x = x.map { generator.pick(0...1) == 0 ? $0 : -$0 }
    let isGlobal = seed % 4 == 3
    let spatial = Array(shape.dropFirst(2))
    let naive =
      isGlobal
      ? NaivePooling(
        function: .average, kernel: spatial, strides: spatial, dilations: spatial.map { _ in 1 },
        padsBegin: spatial.map { _ in 0 }, padsEnd: spatial.map { _ in 0 }) : window
    let p = Double(exponent)
    func norm(_ x: NaiveTensor) -> NaiveTensor {
      let powers = x.map { pow($0.magnitude, p) }
      let (mean, ones) = (naive.forward(powers), naive.forward(x.map { _ in 1 }))
      var count = naive
      count.function = .averageWithPadding
      // The share of a window that isn't padding, and with it how many elements it sees.
      let share = count.forward(x.map { _ in 1 })
      let size = Double(naive.kernel.reduce(1, *))
      return NaiveTensor(
        mean.shape,
        mean.elements.indices.map {
          pow(mean.elements[$0] * ones.elements[$0] * share.elements[$0] * size, 1 / p)
        })
    }
    var given: Attributes = ["p": .int(exponent)]
    if !isGlobal {
      for (name, value) in attributes where name != "ceil_mode" { given[name] = value }
    }
    try GradientProblem(
      isGlobal ? "GlobalLpPool" : "LpPool", given, [.parameter(x)], opset: 18,
      terms: naive.kernel.reduce(1, *) + 8, step: 0x1p-10, slack: 0x1p-15,
      twin: { norm($0[0]) }
    ).expectAgreement(seed: seed)
  }

  @Test(arguments: UInt64(0)..<8)
  func `GlobalAveragePool over none to three axes`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let spatial = generator.picks(Int(seed % 4), 1...4)
    let shape = [generator.pick(1...3), generator.pick(1...4)] + spatial
    try GradientProblem(
      "GlobalAveragePool", [:], [.parameter(generator.tensor(shape))],
      terms: spatial.reduce(1, *) + 1,
      twin: {
        NaiveReduction.mean(of: $0[0], over: Set(2..<shape.count), keepsAxes: true)
      }
    ).expectAgreement(seed: seed)
  }

  /// The axes are an attribute before opset 18 and an input since; none at all means every axis.
  @Test(arguments: UInt64(0)..<32)
  func `ReduceMean over any axes`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = generator.picks(Int(seed % 5) + 1, 1...3)
    let axes = shape.indices.filter { _ in generator.pick(0...1) == 0 }
    let spelled = axes.map { generator.pick(0...1) == 0 ? $0 : $0 - shape.count }
    let reduced = Set(axes.isEmpty ? Array(shape.indices) : axes)
    let keeps = generator.pick(0...1) == 0
    var attributes: Attributes = ["keepdims": .int(keeps ? 1 : 0)]
    var operands = [GradientProblem.Operand.parameter(generator.tensor(shape))]
    let isInput = generator.pick(0...1) == 0
    if isInput, !axes.isEmpty { operands.append(.integers(spelled)) }
    if !isInput, !axes.isEmpty { attributes["axes"] = .ints(spelled) }
    try GradientProblem(
      "ReduceMean", attributes, operands, opset: isInput ? 18 : 13,
      terms: reduced.reduce(1) { $0 * shape[$1] } + 1,
      twin: { NaiveReduction.mean(of: $0[0], over: reduced, keepsAxes: keeps) }
    ).expectAgreement(seed: seed)
  }

  @Test func `ReduceMean over no axes by request passes its input on`() throws {
    let x = NaiveTensor([2, 2], [1, 2, 3, 5])
    try GradientProblem(
      "ReduceMean", ["noop_with_empty_axes": .int(1)], [.parameter(x)], opset: 18, terms: 0,
      twin: { $0[0] }
    ).expectAgreement(seed: 0)
  }
}
