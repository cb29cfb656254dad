import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Gradients of resizing` {
  /// Any axes, by sizes or by scales, in every mode at all coordinates. Weights are computed in
  /// Double and rounded once for each axis, and so is each partial result.
  @Test(arguments: UInt64(0)..<72)
  func `Resize in every mode at all coordinates`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = generator.picks(Int(seed % 3) + 1, 2...4)
    var naive = NaiveResize(mode: ["nearest", "linear", "cubic"][Int(seed / 3 % 3)])
    naive.coordinates =
      [
        "half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners", "half_pixel_symmetric",
        "tf_crop_and_resize",
      ][Int(seed % 6)]
    naive.nearestMode =
      ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"][generator.pick(0...3)]
    naive.cubicCoefficient = generator.pick(0...1) == 0 ? -0.75 : -0.5
    naive.excludesOutside = naive.mode == "cubic" && generator.pick(0...1) == 0
    naive.isAntialiased = naive.mode != "nearest" && generator.pick(0...2) == 0
    let crops = naive.coordinates == "tf_crop_and_resize"
    if crops {
      naive.extrapolationValue = 0.5
      naive.regions = shape.map { _ in
        (Double(generator.pick(-1...2)) / 8, Double(generator.pick(4...9)) / 8)
      }
    }
    var attributes: Attributes = [
      "mode": .string(naive.mode), "coordinate_transformation_mode": .string(naive.coordinates),
      "nearest_mode": .string(naive.nearestMode),
      "cubic_coeff_a": .float(Float(naive.cubicCoefficient)),
      "extrapolation_value": .float(Float(naive.extrapolationValue)),
    ]
    if naive.excludesOutside { attributes["exclude_outside"] = .int(1) }
    if naive.isAntialiased { attributes["antialias"] = .int(1) }
    let roi = (naive.regions ?? []).map { Float($0.0) } + (naive.regions ?? []).map { Float($0.1) }
    var operands: [GradientProblem.Operand] = [
      .parameter(generator.tensor(shape)), crops ? .floats(roi, shape: [roi.count]) : .none,
    ]
    var extents = shape.map { generator.pick(1...2 * $0) }
    var scales = zip(extents, shape).map { Double($0) / Double($1) }
    if generator.pick(0...1) == 0 {
      operands += [.none, .integers(extents)]
    } else {
      // Such that the extents that the scales ask for aren't whole, without ties of rounding.
      let given = shape.map { _ in Float(generator.pick(6...23)) / 10.5 }
      operands.append(.floats(given, shape: [given.count]))
      extents = zip(given, shape).map { Int((Float($1) * $0).rounded(.down)) }
      scales = given.map(Double.init)
      guard !extents.contains(0) else { return }
    }
    let resize = naive
    try GradientProblem(
      "Resize", attributes, operands, opset: 19,
      // The weights of an axis are sums of up to as many terms as a kernel reaches over, at most 4
      // to either side and 4 times as wide.
      terms: extents.reduce(1, *) + 32 * shape.count,
      magnitude: {
        resize.forward($0[0], to: extents, scales: scales, usingMagnitudes: true)
      },
      twin: { resize.forward($0[0], to: extents, scales: scales) }
    ).expectAgreement(seed: seed)
  }

  /// Scales as an attribute and as an input, at the coordinates that Resize calls asymmetric.
  @Test(arguments: [7, 9], ["nearest", "linear"])
  func `Upsample`(opset: Int, mode: String) throws {
    var generator = SeededGenerator(seed: UInt64(opset))
    var naive = NaiveResize(mode: mode)
    (naive.coordinates, naive.nearestMode) = ("asymmetric", "floor")
    let (shape, scales) = ([1, 2, 3, 2], [1, 1, 2, 2.5])
    let extents = [1, 2, 6, 5]
    let given = scales.map { Float($0) }
    var attributes: Attributes = ["mode": .string(mode)]
    var operands: [GradientProblem.Operand] = [.parameter(generator.tensor(shape))]
    if opset == 7 {
      attributes["scales"] = .floats(given)
    } else {
      operands.append(.floats(given, shape: [4]))
    }
    let resize = naive
    try GradientProblem(
      "Upsample", attributes, operands, opset: opset, terms: 64,
      twin: { resize.forward($0[0], to: extents, scales: scales) }
    ).expectAgreement(seed: UInt64(opset))
  }

  /// Opset 18: some axes, their proportion kept, the others left as they are.
  @Test(arguments: ["not_larger", "not_smaller"])
  func `Resize that keeps the proportions`(policy: String) throws {
    var generator = SeededGenerator(seed: 5)
    let x = generator.tensor([2, 4, 6])
    // By 1/2 and 2/3: the scale is the smaller or the greater, and 8/3 and 4 round to 3 and 4.
    let (extents, scale) = policy == "not_larger" ? ([2, 2, 3], 0.5) : ([2, 3, 4], 2.0 / 3)
    try GradientProblem(
      "Resize",
      [
        "mode": .string("linear"), "axes": .ints([-1, 1]),
        "keep_aspect_ratio_policy": .string(policy),
      ], [.parameter(x), .none, .none, .integers([4, 2])], opset: 18, terms: 64,
      twin: { NaiveResize(mode: "linear").forward($0[0], to: extents, scales: [1, scale, scale]) }
    ).expectAgreement(seed: 5)
  }
}
