import Execution
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// What is used more than once gets the sum of the gradients of its uses.
@Suite struct `Gradients of values used several times` {
  private func convolution(_ kernel: Int) -> NetworkIR.Operator {
    let pads = [kernel / 2, kernel / 2]
    return .conv(
      Conv(
        window: Window(WindowGeometry(kernel: [kernel, kernel], padsBegin: pads, padsEnd: pads)))
    )
  }

  private let naive = NaiveConvolution(
    strides: [1, 1], dilations: [1, 1], padsBegin: [1, 1], padsEnd: [1, 1], groups: 1)

  private func add(_ a: NaiveTensor, _ b: NaiveTensor) -> NaiveTensor {
    NaiveArithmetic.forward(a, b, +)
  }

  /// x, x·a and x·b: three uses of one value, and of one node two.
  @Test(arguments: UInt64(0)..<6)
  func `a value used two and three times`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = generator.picks(3, 1...4)
    let names: [Name] = ["x", "a", "b"]
    let values = names.map { _ in generator.tensor(shape) }
    var builder = GraphBuilder(name: "uses", opset: 13)
    for (name, value) in zip(names, values) { builder.addParameter(name, value) }
    builder.addNode(
      name: "shifted", .binary(Binary(.add)), inputs: ["x", "a"], outputs: ["s"])
    builder.addNode(name: "square", .binary(Binary(.multiply)), inputs: ["s", "s"], outputs: ["q"])
    builder.addNode(name: "scaled", .binary(Binary(.multiply)), inputs: ["s", "b"], outputs: ["p"])
    builder.addNode(name: "sum", .binary(Binary(.add)), inputs: ["q", "p"], outputs: ["y"])
    builder.addOutput("y", type: nil)
    try GradientProblem(
      try builder.build(), Array(zip(names, values)), terms: 8
    ) {
      let s = add($0[0], $0[1])
      return add(NaiveArithmetic.forward(s, s, *), NaiveArithmetic.forward(s, $0[2], *))
    }.expectAgreement(seed: seed)
  }

  /// y = w ∗ (w ∗ x): quadratic in the weights, which both nodes read directly.
  @Test(arguments: UInt64(0)..<6)
  func `an initializer that two Conv nodes share directly`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let channels = generator.pick(1...3)
    let x = generator.tensor([2, channels, 4, 3])
    let w = generator.tensor([channels, channels, 3, 3])
    var builder = GraphBuilder(name: "shared", opset: 13)
    builder.addParameter("x", x)
    builder.addParameter("w", w)
    builder.addNode(name: "first", convolution(3), inputs: ["x", "w"], outputs: ["h"])
    builder.addNode(name: "second", convolution(3), inputs: ["h", "w"], outputs: ["y"])
    builder.addOutput("y", type: nil)
    // Each gradient is the sum of two, of sums of up to 24 positions of sums of 27 taps each.
    try GradientProblem(
      try builder.build(), [("x", x), ("w", w)], terms: 2 * 9 * channels + 24 + 2
    ) { [naive] in
      naive.forward(naive.forward($0[0], $0[1], nil), $0[1], nil)
    }.expectAgreement(seed: seed)
  }

  /// y = w₂ ∗ relu(h) + h with h = w₁ ∗ x: positive throughout, so that the kink is far off.
  @Test(arguments: UInt64(0)..<6)
  func `a residual block`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    // Wider than a vector register in some: then both branches are blocked.
    let channels = seed % 2 == 0 ? 17 : generator.pick(1...4)
    let x = generator.tensor([2, 3, 4, 4], in: 0.25..<1)
    let first = generator.tensor([channels, 3, 3, 3], in: 0.25..<1)
    let second = generator.tensor([channels, channels, 3, 3])
    var builder = GraphBuilder(name: "residual", opset: 13)
    for (name, value) in [("x", x), ("w1", first), ("w2", second)] as [(Name, NaiveTensor)] {
      builder.addParameter(name, value)
    }
    builder.addNode(name: "first", convolution(3), inputs: ["x", "w1"], outputs: ["h"])
    builder.addNode(name: "relu", .activation(.relu), inputs: ["h"], outputs: ["r"])
    builder.addNode(name: "second", convolution(3), inputs: ["r", "w2"], outputs: ["c"])
    builder.addNode(name: "sum", .binary(Binary(.add)), inputs: ["c", "h"], outputs: ["y"])
    builder.addOutput("y", type: nil)
    // Sums of 27 and of 9·channels taps, and over 32 positions; steps stay on one side of the kink.
    try GradientProblem(
      try builder.build(), [("x", x), ("w1", first), ("w2", second)],
      terms: 27 + 9 * channels + 32 + 2, step: 0x1p-4
    ) { [naive] in
      let h = naive.forward($0[0], $0[1], nil)
      return add(naive.forward(h.map { max($0, 0) }, $0[2], nil), h)
    }.expectAgreement(seed: seed)
  }

  /// PyTorch stores equal initializers once: `b`, and `Identity(b)` for the other use.
  @Test(arguments: UInt64(0)..<2)
  func `uses of an initializer behind Identity have gradients of their own`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (x, b) = (generator.tensor([2, 3]), generator.tensor([3]))
    let scale = generator.tensor([2, 3])
    var builder = GraphBuilder(name: "untied", opset: 13)
    for (name, value) in [("x", x), ("b", b), ("scale", scale)] as [(Name, NaiveTensor)] {
      builder.addParameter(name, value)
    }
    builder.addNode(name: "copy", .identity(Identity()), inputs: ["b"], outputs: ["b2"])
    builder.addNode(name: "first", .binary(Binary(.add)), inputs: ["x", "b"], outputs: ["h"])
    builder.addNode(
      name: "scaled", .binary(Binary(.multiply)), inputs: ["h", "scale"], outputs: ["s"])
    builder.addNode(name: "second", .binary(Binary(.add)), inputs: ["s", "b2"], outputs: ["y"])
    builder.addOutput("y", type: nil)
    try GradientProblem(
      try builder.build(), [("x", x), ("b", b), ("scale", scale), ("b2", b)], terms: 6
    ) {
      add(NaiveArithmetic.forward(add($0[0], $0[1]), $0[2], *), $0[3])
    }.expectAgreement(seed: seed)
  }
}
