import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// Moving elements rounds nothing; only what goes to several places adds up its gradients.
@Suite struct `Gradients of rearrangements` {
  @Test(arguments: UInt64(0)..<16)
  func `Concat along every axis`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = generator.picks(Int(seed % 4) + 1, 1...3)
    for axis in shape.indices {
      let parts = (0..<generator.pick(1...4)).map { _ in
        var part = shape
        part[axis] = generator.pick(1...3)
        return generator.tensor(part)
      }
      try GradientProblem(
        "Concat", ["axis": .int(seed % 2 == 0 ? axis : axis - shape.count)],
        parts.map { .parameter($0) }, terms: 0,
        twin: { NaiveRearrangement.concatenate($0, axis: axis) }
      ).expectAgreement(seed: seed)
    }
  }

  /// The parts as an attribute, as an input, equal, and in opset 18 a number of them; joined again
  /// back to front.
  @Test(arguments: UInt64(0)..<16)
  func `Split along any axis`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var shape = generator.picks(generator.pick(1...4), 1...3)
    let axis = generator.pick(0...shape.count - 1)
    let count = generator.pick(1...3)
    var parts = generator.picks(count, 1...3)
    if seed % 4 == 2 { parts = parts.map { _ in parts[0] } }
    if seed % 4 == 3 { parts = parts.indices.map { $0 == count - 1 ? 1 : 2 } }
    shape[axis] = parts.reduce(0, +)
    let x = generator.tensor(shape)

    let opset = [11, 13, 13, 18][Int(seed % 4)]
    var builder = GraphBuilder(name: "split", opset: opset)
    builder.addParameter("x", x)
    var attributes: Attributes = ["axis": .int(seed % 2 == 0 ? axis : axis - shape.count)]
    if seed % 4 == 0 { attributes["split"] = .ints(parts) }
    if seed % 4 == 3 { attributes["num_outputs"] = .int(count) }
    if seed % 4 == 1 {
      builder.addInitializer(
        "parts", Initializer(Tensor(parts.map(Int64.init), shape: [count])))
    }
    let names = parts.indices.map { Name("part\($0)") }
    builder.addNode(
      name: "split", type: OperatorType("Split"), attributes: attributes,
      inputs: seed % 4 == 1 ? ["x", "parts"] : ["x"], outputs: names)
    builder.addNode(
      name: "joined", .concat(Concat(axis: axis)), inputs: names.reversed(), outputs: ["y"])
    builder.addOutput("y", type: nil)
    try GradientProblem(try builder.build(), [("x", x)], terms: 0) { inputs in
      var end = shape[axis]
      let taken = parts.reversed().map { part in
        defer { end -= part }
        return NaiveRearrangement.take(end - part..<end, of: inputs[0], axis: axis)
      }
      return NaiveRearrangement.concatenate(taken, axis: axis)
    }.expectAgreement(seed: seed)
  }

  @Test(arguments: UInt64(0)..<4)
  func `Split of which one part is read`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let x = generator.tensor([2, 5, 3])
    var builder = GraphBuilder(name: "split", opset: 11)
    builder.addParameter("x", x)
    builder.addNode(
      name: "split", type: OperatorType("Split"),
      attributes: ["axis": .int(1), "split": .ints([1, 3, 1])], inputs: ["x"],
      outputs: ["a", "b", "c"])
    builder.addOutput("b", type: nil)
    try GradientProblem(try builder.build(), [("x", x)], terms: 0) {
      NaiveRearrangement.take(1..<4, of: $0[0], axis: 1)
    }.expectAgreement(seed: seed)
  }

  /// numpy's slices: bounds may be negative or far outside, steps negative.
  @Test(arguments: UInt64(0)..<32)
  func `Slice of several axes, forwards and backwards`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = generator.picks(Int(seed % 4) + 1, 2...6)
    let axes = Array(shape.indices).shuffled(using: &generator)
      .prefix(generator.pick(1...shape.count))
    let isOld = seed % 5 == 0
    var taken = shape.map { Array(0..<$0) }
    var (starts, ends, steps): ([Int], [Int], [Int]) = ([], [], [])
    for axis in axes {
      let extent = shape[axis]
      let step = isOld ? 1 : [1, 2, -1, -2][generator.pick(0...3)]
      let (a, b) = (generator.pick(0...extent - 1), generator.pick(0...extent - 1))
      let (first, last) = step > 0 ? (min(a, b), max(a, b)) : (max(a, b), min(a, b))
      taken[axis] = Array(stride(from: first, through: last, by: step))
      steps.append(step)
      let isNegative = generator.pick(0...1) == 0
      starts.append(isNegative ? first - extent : first)
      let end = last + step.signum()
      switch end {
      case -1: ends.append([Int(Int32.min), -extent - 1, -9][generator.pick(0...2)])
      case extent: ends.append([Int.max, Int(Int32.max), extent][generator.pick(0...2)])
      default: ends.append(isNegative ? end - extent : end)
      }
    }
    let spelled = axes.map { generator.pick(0...1) == 0 ? $0 : $0 - shape.count }
    let x = generator.tensor(shape)
    let attributes: Attributes =
      isOld ? ["starts": .ints(starts), "ends": .ints(ends), "axes": .ints(spelled)] : [:]
    let operands: [GradientProblem.Operand] =
      isOld ? [] : [starts, ends, spelled, steps].map { .integers($0) }
    try GradientProblem(
      "Slice", attributes, [.parameter(x)] + operands, opset: isOld ? 9 : 13, terms: 0,
      twin: { NaiveRearrangement.take(taken, of: $0[0]) }
    ).expectAgreement(seed: seed)
  }

  @Test(arguments: UInt64(0)..<16)
  func `Transpose by any permutation`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = generator.picks(Int(seed % 5) + 1, 1...4)
    let permutation =
      seed % 4 == 0
      ? shape.indices.reversed() : Array(shape.indices).shuffled(using: &generator)
    try GradientProblem(
      "Transpose", seed % 4 == 0 ? [:] : ["perm": .ints(permutation)],
      [.parameter(generator.tensor(shape))], terms: 0,
      twin: { NaiveRearrangement.transpose($0[0], by: permutation) }
    ).expectAgreement(seed: seed)
  }

  @Test(arguments: UInt64(0)..<16)
  func `Expand of any axes, and by leading ones`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let target = generator.picks(Int(seed % 4) + 1, 1...4)
    let shape = target.dropFirst(generator.pick(0...target.count - 1))
      .map { generator.pick(0...1) == 0 ? 1 : $0 }
    try GradientProblem(
      "Expand", [:], [.parameter(generator.tensor(shape)), .integers(target)],
      terms: target.reduce(1, *),
      twin: { NaiveArithmetic.broadcast($0[0], to: target) }
    ).expectAgreement(seed: seed)
  }

  @Test(arguments: UInt64(0)..<8)
  func `Reshape, Flatten, Squeeze and Unsqueeze`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (a, b, c) = (generator.pick(1...3), generator.pick(2...4), generator.pick(2...4))
    func check(
      _ type: Name, _ attributes: Attributes = [:], _ list: [Int]? = nil, opset: Int = 13,
      from: [Int], to: [Int]
    ) throws {
      let operands: [GradientProblem.Operand] = list.map { [.integers($0)] } ?? []
      try GradientProblem(
        type, attributes, [.parameter(generator.tensor(from))] + operands, opset: opset,
        terms: 0, twin: { NaiveTensor(to, $0[0].elements) }
      ).expectAgreement(seed: seed)
    }
    try check("Reshape", [:], [0, -1], from: [a, b, c], to: [a, b * c])
    try check("Reshape", [:], [c, b, a], from: [a, b, c], to: [c, b, a])
    try check("Flatten", from: [a, b, c], to: [a, b * c])
    try check("Flatten", ["axis": .int(0)], from: [a, b], to: [1, a * b])
    try check("Flatten", ["axis": .int(-1)], from: [a, b, c], to: [a * b, c])
    try check("Squeeze", ["axes": .ints([1, -1])], opset: 11, from: [b, 1, c, 1], to: [b, c])
    try check("Squeeze", [:], [-2], from: [b, 1, c], to: [b, c])
    try check("Squeeze", from: [1, b, 1, c], to: [b, c])
    try check("Unsqueeze", ["axes": .ints([0, 2])], opset: 11, from: [b, c], to: [1, b, 1, c])
    try check("Unsqueeze", [:], [-1], from: [b, c], to: [b, c, 1])
  }

  @Test func `Identity and Cast to float pass their input on`() throws {
    var generator = SeededGenerator(seed: 0)
    let x = generator.tensor([2, 3])
    // An Identity of an initializer would become an initializer of its own.
    var builder = GraphBuilder(name: "identity", opset: 13)
    builder.addParameter("x", x)
    builder.addNode(name: "relu", .activation(.relu), inputs: ["x"], outputs: ["a"])
    builder.addNode(name: "identity", .identity(Identity()), inputs: ["a"], outputs: ["b"])
    builder.addNode(
      name: "cast", type: OperatorType("Cast"), attributes: ["to": .int(1)], inputs: ["b"],
      outputs: ["y"])
    builder.addOutput("y", type: nil)
    try GradientProblem(try builder.build(), [("x", x)], terms: 0, step: 0x1p-12) {
      $0[0].map { max($0, 0) }
    }.expectAgreement(seed: 0)
  }

  @Test(arguments: UInt64(0)..<12)
  func `Resize by repeating pixels`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = generator.picks(Int(seed % 3) + 3, 1...3)
    let factors = [1, 1] + generator.picks(shape.count - 2, 1...3)
    let sizes = zip(shape, factors).map(*)
    let isHalf = seed % 2 == 0
    var operands: [GradientProblem.Operand] = [.parameter(generator.tensor(shape)), .none]
    if seed % 4 < 2 {
      operands.append(.floats(factors.map { Float($0) }, shape: [factors.count]))
    } else {
      operands += [.none, .integers(sizes)]
    }
    try GradientProblem(
      "Resize",
      isHalf
        ? ["mode": .string("nearest")]
        : [
          "mode": .string("nearest"), "nearest_mode": .string("floor"),
          "coordinate_transformation_mode": .string("asymmetric"),
        ], operands, terms: factors.reduce(1, *),
      twin: { inputs in
        NaiveRearrangement.take(
          zip(sizes, factors).map { size, factor in (0..<size).map { $0 / factor } },
          of: inputs[0])
      }
    ).expectAgreement(seed: seed)
  }

  /// A coordinate is below 16 and made of 4 roundings, so that both weights of an axis err by up to
  /// 64u: 128u for each of up to three axes, in parts of the sum over the axes' neighbours.
  @Test(arguments: UInt64(0)..<16)
  func `Resize by linear interpolation at half-pixel coordinates`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = generator.picks(Int(seed % 3) + 3, 1...4)
    let coordinates = seed % 2 == 0 ? "half_pixel" : "pytorch_half_pixel"
    let least = seed % 2 == 0 ? 1 : 2
    let spatial = generator.picks(shape.count - 2, least...7)
    let x = generator.tensor(shape)
    let old = shape.dropFirst(2)
    // Every output is near to every source: the weights' errors are absolute, not relative.
    func spread(_ inputs: [NaiveTensor]) -> NaiveTensor {
      let mean = NaiveReduction.mean(
        of: inputs[0], over: Set(2..<shape.count), keepsAxes: true)
      let sum = mean.map { $0 * Double(old.reduce(1, *)) }
      return NaiveArithmetic.broadcast(sum, to: shape.prefix(2) + spatial)
    }
    let outputs = spatial.reduce(1, *)
    try GradientProblem(
      "Resize",
      ["mode": .string("linear"), "coordinate_transformation_mode": .string(coordinates)],
      [.parameter(x), .none, .none, .integers(shape.prefix(2) + spatial)],
      terms: 128 * old.count + outputs + 8, magnitude: spread,
      twin: { NaiveResampling.forward($0[0], to: spatial, .linear) }
    ).expectAgreement(seed: seed)
  }
}
