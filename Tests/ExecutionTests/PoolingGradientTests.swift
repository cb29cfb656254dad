import Execution
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

  /// What lies past the padding isn't counted, which no primitive does.
  @Test func `AveragePool that counts padding refuses a window that reaches past it`() throws {
    let attributes: Attributes = [
      "kernel_shape": .ints([2]), "strides": .ints([2]), "ceil_mode": .int(1),
      "count_include_pad": .int(1),
    ]
    let x = NaiveTensor(zeros: [1, 1, 5])
    let single = try SingleNodeGraph(
      "AveragePool", attributes, [.constant(Tensor(x.floats, shape: x.shape))], opset: 19)
    #expect {
      _ = try Session(single.graph).vectorJacobian()
    } throws: { error in
      guard case ExecutionError.unsupported(_, "node", 0, let detail)? = error as? ExecutionError
      else { return false }
      return detail == "with ceil_mode and count_include_pad"
    }
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
