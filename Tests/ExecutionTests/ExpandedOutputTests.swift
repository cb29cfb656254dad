import Execution
import Expansion
import NetworkIR
import OrderedCollections
import TestSupport
import Testing

/// The expanded and the contracted network compute what the compact one does, on all inputs of a
/// comparison (the border's too), within the tolerance that it derives from their sums.
@Suite struct `Outputs of expanded networks` {
  private func check(
    _ model: Model, units: Int = 1, _ options: ExpansionOptions = ExpansionOptions(),
    inputShape: [Int]? = nil
  ) throws {
    var comparison = ComparisonOptions()
    comparison.threads = 1
    comparison.inputShapes["x"] = inputShape
    func agree(_ a: Model, _ b: Model) throws -> Bool {
      try ModelComparison.compare(a.graph, b.graph, options: comparison).passed
    }
    let (expanded, report) = try Expander(options).expand(model)
    #expect(report.unitCount == units)
    let (contracted, _) = try Contractor().contract(expanded)
    if options.initialisation == .preserve {
      #expect(try agree(model, expanded))
    }
    #expect(try agree(expanded, contracted))
  }

  @Test(arguments: ExpansionOptions.Initialisation.allCases)
  func `of transposed convolutions`(initialisation: ExpansionOptions.Initialisation) throws {
    var options = ExpansionOptions()
    options.initialisation = initialisation
    options.rate = 2
    let cases: [(attributes: Attributes, group: Int)] = [
      ([:], 1),
      (["strides": .ints([2, 3]), "pads": .ints([1, 0, 2, 1])], 1),
      (["strides": .ints([2, 3]), "output_padding": .ints([1, 2])], 2),
      (["auto_pad": .string("SAME_LOWER"), "strides": .ints([2, 2])], 1),
      (["auto_pad": .string("SAME_UPPER"), "strides": .ints([2, 2])], 1),
      (["output_shape": .ints([14, 15]), "strides": .ints([2, 2])], 1),
      (["dilations": .ints([2, 1]), "auto_pad": .string("VALID")], 2),
    ]
    for (index, (attributes, group)) in cases.enumerated() {
      var sketch = ModelSketch(input: [2, 4, 7, 7])
      sketch.constant("w", [4, 6 / group, 3, 4])
      sketch.constant("b", [6])
      var attributes = attributes
      attributes["group"] = .int(group)
      let inputs: [Name] = index % 2 == 0 ? ["x", "w", "b"] : ["x", "w"]
      sketch.node("up", "ConvTranspose", inputs, ["y"], attributes)
      try check(try sketch.model(), options)
    }
  }

  @Test(arguments: ExpansionOptions.Initialisation.allCases)
  func `of SAME padding that only a run resolves`(
    initialisation: ExpansionOptions.Initialisation
  ) throws {
    var options = ExpansionOptions()
    options.initialisation = initialisation
    options.convolutions = .cl
    for pad in ["SAME_UPPER", "SAME_LOWER"] {
      var sketch = ModelSketch(input: [2, 4, 8, nil])
      sketch.constant("w", [4, 4, 5, 4])
      sketch.constant("b", [4])
      sketch.node(
        "node", "Conv", ["x", "w", "b"], ["y"],
        ["auto_pad": .string(pad), "strides": .ints([2, 3])])
      try check(try sketch.model(), options, inputShape: [2, 4, 8, 10])
    }
  }

  @Test(arguments: ExpansionOptions.Initialisation.allCases)
  func `of Gemm with every C`(initialisation: ExpansionOptions.Initialisation) throws {
    var options = ExpansionOptions()
    options.initialisation = initialisation
    for (index, c) in ([nil, [5], [1, 5], [], [1], [1, 1], [2, 1], [2, 5]] as [[Int]?]).enumerated()
    {
      let (transA, transB) = (index % 2, index / 2 % 2)
      var sketch = ModelSketch(input: transA == 1 ? [6, 2] : [2, 6])
      sketch.constant("w", transB == 1 ? [5, 6] : [6, 5])
      if let c { sketch.constant("c", c) }
      sketch.node(
        "hidden", "Gemm", c == nil ? ["x", "w"] : ["x", "w", "c"], ["p"],
        [
          "alpha": .float(0.3), "beta": .float(-2), "transA": .int(transA),
          "transB": .int(transB),
        ])
      sketch.constant("v", [5, 3])
      sketch.node("head", "MatMul", ["p", "v"], ["y"])
      try check(try sketch.model(), options)
    }
  }

  @Test(arguments: ExpansionOptions.Initialisation.allCases)
  func `of MatMul at any rank`(initialisation: ExpansionOptions.Initialisation) throws {
    var options = ExpansionOptions()
    options.initialisation = initialisation
    for rank in 2...4 {
      var sketch = ModelSketch(input: [Int](repeating: 3, count: rank - 1) + [6])
      sketch.constant("w", [6, 5])
      sketch.constant("c", [1, 5])
      sketch.node("product", "MatMul", ["x", "w"], ["p"])
      sketch.node("sum", "Add", ["c", "p"], ["s"])
      sketch.constant("v", [5, 3])
      sketch.node("head", "MatMul", ["s", "v"], ["y"])
      try check(try sketch.model(), options)
    }
  }

  @Test(arguments: ExpansionOptions.Convolutions.allCases.filter { $0 != .none })
  func `of padded convolutions with a bias in every factor`(
    convolutions: ExpansionOptions.Convolutions
  ) throws {
    for strideAt in ExpansionOptions.StridePlacement.allCases {
      for hasBias in [false, true] {
        var options = ExpansionOptions()
        options.rate = 2
        options.initialisation = .random
        options.intermediateBias = .all
        options.convolutions = convolutions
        options.strideAt = strideAt
        var sketch = ModelSketch(input: [2, 3, 9, 8])
        sketch.constant("w", [4, 3, 5, 5])
        sketch.constant("b", [4])
        sketch.node(
          "node", "Conv", hasBias ? ["x", "w", "b"] : ["x", "w"], ["y"],
          ["pads": .ints([2, 3, 1, 0]), "strides": .ints([2, 1])])
        try check(try sketch.model(), options)
      }
    }
  }
}
