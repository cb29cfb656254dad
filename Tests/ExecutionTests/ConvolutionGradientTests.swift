import Execution
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// A random small convolution, or transposed one, with or without a bias.
private struct Problem {
  var naive: NaiveConvolution
  let source, weights: NaiveTensor
  let bias: NaiveTensor?
  var attributes: Attributes
  let kernel: [Int]

  /// - Parameter isWidelyPadded: by up to two pixels that no window sees.
  init(
    isTransposed: Bool, isWidelyPadded: Bool = false, seed: UInt64,
    using generator: inout SeededGenerator
  ) {
    let rank = Int(seed % 3) + 1
    let groups = generator.pick(0...1) == 0 ? 1 : generator.pick(2...3)
    let isDepthwise = groups > 1 && generator.pick(0...1) == 0
    // Some are wider than a vector register, where the library's blocked layouts begin.
    let isWide = seed % 5 == 0
    let inner = isDepthwise ? 1 : isWide ? generator.pick(14...18) : generator.pick(1...3)
    let outer = isDepthwise ? generator.pick(1...2) : isWide ? 17 : generator.pick(1...4)
    let kernel = generator.picks(rank, 1...3)
    self.kernel = kernel
    let dilations = generator.picks(rank, 1...2)
    let reach = kernel.indices.map { (kernel[$0] - 1) * dilations[$0] + 1 }
    let most = isWidelyPadded ? 2 : 0
    let padsBegin = reach.map { generator.pick(0...$0 - 1 + most) }
    let padsEnd = reach.map { generator.pick(most...$0 - 1 + most) }
    let spatial = reach.map { $0 + generator.pick(0...(rank == 3 || isWide ? 1 : 3)) }
    naive = NaiveConvolution(
      strides: generator.picks(rank, 1...2), dilations: dilations, padsBegin: padsBegin,
      padsEnd: padsEnd, groups: groups)
    let (channels, filters) = (groups * inner, groups * outer)
    source = generator.tensor([generator.pick(1...3), channels] + spatial)
    weights = generator.tensor(
      (isTransposed ? [channels, outer] : [filters, inner]) + kernel)
    bias = generator.pick(0...2) > 0 ? generator.tensor([filters]) : nil
    attributes = [
      "strides": .ints(naive.strides), "dilations": .ints(dilations),
      "pads": .ints(padsBegin + padsEnd), "group": .int(groups),
    ]
  }

  /// The three sums of a convolution: over the taps of a group's channels for an element of the
  /// output, over the taps of a group's filters for one of the source, and over batch and space for
  /// one of the weights; each with the bias.
  func terms(output: [Int]) -> Int {
    let taps = kernel.reduce(1, *)
    let perGroup = max(source.shape[1], output[1]) / naive.groups
    let positions = max(output.dropFirst(2).reduce(1, *), source.shape.dropFirst(2).reduce(1, *))
    return max(taps * perGroup, source.shape[0] * positions) + 1
  }

  func check(_ type: Name, seed: UInt64, twin: @escaping GradientProblem.Twin) throws {
    let tensors = [source, weights] + (bias.map { [$0] } ?? [])
    try GradientProblem(
      type, attributes, tensors.map { .parameter($0) },
      terms: terms(output: twin(tensors).shape), twin: twin
    ).expectAgreement(seed: seed)
  }
}

@Suite struct `Gradients of convolutions` {
  @Test(arguments: UInt64(0)..<30)
  func `Conv over one to three axes, grouped, dilated and padded`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let problem = Problem(isTransposed: false, seed: seed, using: &generator)
    try problem.check("Conv", seed: seed) { [naive = problem.naive] in
      naive.forward($0[0], $0[1], $0.count > 2 ? $0[2] : nil)
    }
  }

  /// The first factors of units are padded so.
  @Test(arguments: UInt64(0)..<30)
  func `Conv that is padded beyond its window`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed, stream: 1)
    let problem = Problem(
      isTransposed: false, isWidelyPadded: true, seed: seed, using: &generator)
    try problem.check("Conv", seed: seed) { [naive = problem.naive] in
      naive.forward($0[0], $0[1], $0.count > 2 ? $0[2] : nil)
    }
  }

  /// Where the library's blocked layouts have no fast weights' gradient, channels lie side by side: 8
  /// of them, half of a block of 16.
  @Test(arguments: UInt64(0)..<4)
  func `Conv whose gradients take other layouts than its result`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let extent = generator.pick(5...8)
    let naive = NaiveConvolution(
      strides: [1, 1], dilations: [1, 1], padsBegin: [1, 1], padsEnd: [1, 1], groups: 1)
    let batch = generator.pick(1...3)
    let source = generator.tensor([batch, 8, extent, extent])
    let weights = generator.tensor([16, 8, 3, 3])
    try GradientProblem(
      "Conv", ["pads": .ints([1, 1, 1, 1])], [.parameter(source), .parameter(weights)],
      terms: max(9 * 16, batch * extent * extent) + 1
    ) { naive.forward($0[0], $0[1], nil) }
    .expectAgreement(seed: seed)
  }

  /// After a convolution, in whose layout a loop of this project's reads the image, and by itself.
  @Test(arguments: UInt64(0)..<24)
  func `depthwise Conv of images smaller than its window`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let isAfterAnother = seed % 2 == 0
    // Some don't fill blocks of 16, and are the library's.
    let channels = seed % 5 == 4 ? 20 : generator.pick(1...3) * 16
    let rank = Int(seed % 3) + 1
    let extents = generator.picks(rank, 1...2)
    let kernel = generator.picks(rank, 3...4)
    let dilations = generator.picks(rank, 1...2)
    let reach = kernel.indices.map { (kernel[$0] - 1) * dilations[$0] + 1 }
    // No wider than half of the window, which a copy would be made for, and room for one window.
    let padsBegin = zip(reach, extents).map {
      max($0 - $1 - $0 / 2, generator.pick(0...$0 / 2))
    }
    let padsEnd = reach.indices.map {
      max(reach[$0] - extents[$0] - padsBegin[$0], generator.pick(0...reach[$0] / 2))
    }
    let naive = NaiveConvolution(
      strides: generator.picks(rank, 1...2), dilations: dilations, padsBegin: padsBegin,
      padsEnd: padsEnd, groups: channels)
    let batch = generator.pick(1...5)
    let ones = kernel.map { _ in 1 }
    let pointwise = NaiveConvolution(
      strides: ones, dilations: ones, padsBegin: ones.map { _ in 0 },
      padsEnd: ones.map { _ in 0 }, groups: 1)
    var parameters: [(Name, NaiveTensor)] = [
      ("x", generator.tensor([batch, channels] + extents)),
      ("u", generator.tensor([channels, channels] + ones)),
      ("w", generator.tensor([channels, 1] + kernel)),
    ]
    let hasBias = generator.pick(0...1) == 0
    if hasBias { parameters.append(("b", generator.tensor([channels]))) }
    if !isAfterAnother { parameters.remove(at: 1) }
    var builder = GraphBuilder(name: "depthwise", opset: 13)
    for (name, value) in parameters { builder.addParameter(name, value) }
    if isAfterAnother {
      builder.addNode(
        name: "first", type: OperatorType("Conv"), attributes: [:], inputs: ["x", "u"],
        outputs: ["v"])
    }
    builder.addNode(
      name: "second", type: OperatorType("Conv"),
      attributes: [
        "group": .int(channels), "strides": .ints(naive.strides), "dilations": .ints(dilations),
        "pads": .ints(padsBegin + padsEnd),
      ],
      inputs: [isAfterAnother ? "v" : "x", "w"] + (hasBias ? ["b"] : []), outputs: ["y"])
    builder.addOutput("y", type: nil)
    let graph = try builder.build()
    let plan = try Session(graph, threads: 1).vectorJacobian().executor.plan
    let loops = plan.steps.count { $0.name == "depthwiseBackwardWeights" }
    #expect(loops == (channels == 20 ? 0 : 1), "seed \(seed)")
    let positions = reach.indices.reduce(1) { $0 * (extents[$1] + reach[$1]) }
    try GradientProblem(
      graph, parameters,
      // One sum after the other.
      terms: kernel.reduce(1, *) + batch * positions + channels + 1
    ) { values in
      let source = isAfterAnother ? pointwise.forward(values[0], values[1], nil) : values[0]
      let rest = isAfterAnother ? values.dropFirst(2) : values.dropFirst()
      return naive.forward(source, rest.first!, hasBias ? rest.last : nil)
    }
    .expectAgreement(seed: seed)
  }

  /// Channels that fill half of a vector of 512 bits: where there are such vectors, forward from any
  /// channels to 8, and the data gradient of 8 channels, compute two columns at once. Both gradients
  /// by weights and bias are then sums over the columns, of as many products in all.
  @Test(arguments: UInt64(0)..<24)
  func `Conv to or from eight channels`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (inputs, outputs) = [(3, 8), (8, 8), (8, 16), (16, 8)][Int(seed % 4)]
    let kernel = [generator.pick(1...5), generator.pick(3...7)]
    let padsBegin = kernel.map { generator.pick(0...$0 - 1) }
    let padsEnd = kernel.map { generator.pick(0...$0 - 1) }
    let batch = generator.pick(1...2)
    let extents = kernel.map { $0 + generator.pick(1...4) }
    let naive = NaiveConvolution(
      strides: [1, 1], dilations: [1, 1], padsBegin: padsBegin, padsEnd: padsEnd, groups: 1)
    var tensors = [
      generator.tensor([batch, inputs] + extents), generator.tensor([outputs, inputs] + kernel),
    ]
    if generator.pick(0...1) == 0 { tensors.append(generator.tensor([outputs])) }
    let output = kernel.indices.map { extents[$0] + padsBegin[$0] + padsEnd[$0] - kernel[$0] + 1 }
    let positions = max(output[0] * output[1], extents[0] * extents[1])
    try GradientProblem(
      "Conv", ["pads": .ints(padsBegin + padsEnd)], tensors.map { .parameter($0) },
      terms: max(kernel[0] * kernel[1] * max(inputs, outputs), batch * positions) + 1
    ) { naive.forward($0[0], $0[1], $0.count > 2 ? $0[2] : nil) }
    .expectAgreement(seed: seed)
  }

  /// SAME pads so that the output has ⌈extent/stride⌉ entries; an odd rest goes to the end in
  /// SAME_UPPER and to the begin in SAME_LOWER.
  @Test(arguments: UInt64(0)..<12)
  func `Conv with auto_pad`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var problem = Problem(isTransposed: false, seed: seed, using: &generator)
    let mode = ["SAME_UPPER", "SAME_LOWER", "VALID"][Int(seed / 3 % 3)]
    for axis in problem.kernel.indices {
      let extent = problem.source.shape[2 + axis]
      let stride = problem.naive.strides[axis]
      let reach = (problem.kernel[axis] - 1) * problem.naive.dilations[axis] + 1
      let needed = ((extent + stride - 1) / stride - 1) * stride + reach - extent
      let total = mode == "VALID" ? 0 : max(needed, 0)
      let less = total / 2
      problem.naive.padsBegin[axis] = mode == "SAME_LOWER" ? total - less : less
      problem.naive.padsEnd[axis] = mode == "SAME_LOWER" ? less : total - less
    }
    problem.attributes["pads"] = nil
    problem.attributes["auto_pad"] = .string(mode)
    try problem.check("Conv", seed: seed) { [naive = problem.naive] in
      naive.forward($0[0], $0[1], $0.count > 2 ? $0[2] : nil)
    }
  }

  @Test(arguments: UInt64(0)..<24)
  func `ConvTranspose over one to three axes, with output padding`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var problem = Problem(isTransposed: true, seed: seed, using: &generator)
    // Shorter than the stride or the dilation, as ONNX asks; and an output that is not empty.
    let outputPadding = problem.naive.strides.map { generator.pick(0...$0 - 1) }
    for axis in problem.kernel.indices {
      let reach = (problem.kernel[axis] - 1) * problem.naive.dilations[axis] + 1
      problem.naive.padsEnd[axis] = min(
        problem.naive.padsEnd[axis], max(0, reach - 1 - problem.naive.padsBegin[axis]))
    }
    problem.attributes["pads"] = .ints(problem.naive.padsBegin + problem.naive.padsEnd)
    problem.attributes["output_padding"] = .ints(outputPadding)
    try problem.check("ConvTranspose", seed: seed) { [naive = problem.naive] in
      naive.transposed(
        $0[0], $0[1], $0.count > 2 ? $0[2] : nil, outputPadding: outputPadding)
    }
  }
}
