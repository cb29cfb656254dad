import Expansion
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct TransposedConvolutionTests {
  /// As in `KernelCompositionTests`.
  private let tolerance = 1e-12

  private func geometry(
    rank: Int, using generator: inout SeededGenerator
  ) -> KernelGeometry {
    var geometry = generator.geometry(rank: rank)
    geometry.extents[0] = max(2, geometry.extents[0])
    // Along an axis of one tap a dilation means nothing.
    for axis in 0..<rank where geometry.extents[axis] == 1 { geometry.dilations[axis] = 1 }
    geometry.transposition = KernelGeometry.Transposition(
      outputPadding: geometry.strides.map { generator.integer(in: 0...$0 - 1) })
    return geometry
  }

  /// Normal numbers of such extents that something is left after the pads.
  private func image(
    for geometry: KernelGeometry, using generator: inout SeededGenerator
  ) -> NaiveTensor {
    let extents = geometry.extents.indices.map { axis in
      (geometry.padsBegin[axis] + geometry.padsEnd[axis]) / geometry.strides[axis]
        + generator.integer(in: 2...4)
    }
    let shape = [2, geometry.inputs] + extents
    return NaiveTensor(shape, (0..<shape.reduce(1, *)).map { _ in generator.normal() })
  }

  @Test(arguments: UInt64(0)..<60)
  func `a transposed kernel between 1×1s composes exactly, at the border too`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let original = geometry(rank: generator.integer(in: 1...3), using: &generator)
    var options = ExpansionOptions()
    options.rate = generator.uniform(in: 0.5..<2)
    options.intermediateBias = [.auto, .all, .none][generator.integer(in: 0...2)]
    options.strideAt = Bool.random(using: &generator) ? .middle : .last
    let plan = try ExpansionPlan(.cl, for: original, options: options)
    #expect(plan.factors.map(\.hasBias) == [false, false, original.hasBias], "seed \(seed)")
    #expect(try KernelComposition.geometry(of: plan.factors) == original, "seed \(seed)")
    let chain = RandomFactors.factors(of: plan, seed: seed, unit: 0)
    let composed = try KernelComposition.compose(chain)
    let image = image(for: original, using: &generator)
    let expected = chain.reduce(image) { $1.applied(to: $0) }
    let actual = composed.applied(to: image)
    #expect(!actual.elements.isEmpty && actual.shape == expected.shape, "seed \(seed)")
    let scale = expected.elements.map(\.magnitude).max() ?? 0
    let difference = Closeness.maximumDifference(actual.elements, expected.elements)
    #expect(difference <= tolerance * scale, "seed \(seed)")
  }

  @Test func `a bias after the transposed kernel reaches every place alike`() throws {
    var generator = SeededGenerator(seed: 1)
    var middle = geometry(rank: 2, using: &generator)
    middle.hasBias = true
    var last = KernelGeometry(
      outputs: middle.group * 2, inputsPerGroup: middle.outputsPerGroup, group: middle.group,
      extents: [1, 1])
    last.hasBias = true
    let chain = [generator.kernel(middle), generator.kernel(last)]
    let composed = try KernelComposition.compose(chain)
    let image = image(for: middle, using: &generator)
    let expected = chain.reduce(image) { $1.applied(to: $0) }
    let difference = Closeness.maximumDifference(
      composed.applied(to: image).elements, expected.elements)
    #expect(difference <= tolerance * (expected.elements.map(\.magnitude).max() ?? 0))
  }

  @Test func `what does not commute with a transposed kernel is refused`() throws {
    let plain = KernelGeometry(outputs: 2, inputsPerGroup: 2, extents: [1, 1])
    var (biased, strided, wide, transposed, same) = (plain, plain, plain, plain, plain)
    biased.hasBias = true
    strided.strides = [1, 2]
    wide.extents = [3, 1]
    transposed.extents = [2, 2]
    transposed.transposition = KernelGeometry.Transposition(outputPadding: [0, 0])
    same.extents = [3, 3]
    same.samePadding = .upper
    #expect(refusal([plain, transposed, plain]) == nil)
    #expect(refusal([biased, transposed]) == .innerPadding(factor: 1, cause: .biased))
    #expect(refusal([strided, transposed]) == .transposedBesideKernel(factor: 1))
    #expect(refusal([plain, transposed, wide]) == .transposedBesideKernel(factor: 2))
    #expect(refusal([transposed, transposed]) == .transposedBesideKernel(factor: 1))
    #expect(refusal([plain, same, plain]) == nil)
    #expect(refusal([biased, same]) == .innerPadding(factor: 1, cause: .biased))
    #expect(refusal([same, strided]) == .samePaddingBeforeKernel(factor: 1))
  }

  @Test(
    arguments: [
      [:],
      ["strides": .ints([2, 3]), "pads": .ints([1, 0, 2, 1]), "output_padding": .ints([1, 2])],
      ["auto_pad": .string("SAME_LOWER"), "strides": .ints([2, 2])],
      ["output_shape": .ints([20, 21]), "strides": .ints([2, 2])],
      ["group": .int(2), "dilations": .ints([2, 1]), "auto_pad": .string("VALID")],
    ] as [Attributes])
  func `a transposed convolution comes back with its attributes`(attributes: Attributes) throws {
    let group = attributes["group"] == .int(2) ? 2 : 1
    for hasBias in [false, true] {
      var sketch = ModelSketch(input: [1, 4, 9, 9])
      sketch.constant("w", [4, 6 / group, 3, 4])
      if hasBias { sketch.constant("b", [6]) }
      sketch.node(
        "up", "ConvTranspose", hasBias ? ["x", "w", "b"] : ["x", "w"], ["y"], attributes)
      let model = try sketch.model()
      let (expanded, report) = try Expander(ExpansionOptions()).expand(model)
      #expect(report.unitCount == 1)
      #expect(expanded.graph.nodes.map(\.type.name) == ["Conv", "ConvTranspose", "Conv"])
      #expect(expanded.tensor("w.expand.1")?.shape == [16, 24 / group, 3, 4])
      let (contracted, _) = try Contractor().contract(expanded)
      #expect(Structure(contracted) == Structure(model))
      // A few roundings of the largest weight, as the bound of preserving factors promises.
      #expect(contracted.largestRoundings(from: model) <= 12)
    }
  }

  @Test func `SAME padding of an unknown extent stays on the middle factor`() throws {
    var sketch = ModelSketch(input: [1, 4, nil, nil])
    sketch.constant("w", [4, 4, 5, 5])
    sketch.constant("b", [4])
    sketch.node(
      "node", "Conv", ["x", "w", "b"], ["y"],
      ["auto_pad": .string("SAME_UPPER"), "strides": .ints([2, 2])])
    let model = try sketch.model()
    for initialisation in ExpansionOptions.Initialisation.allCases {
      let (expanded, report) = try Expander(
        options {
          $0.initialisation = initialisation
          $0.strideAt = .last
          $0.intermediateBias = .all
        }
      ).expand(model)
      #expect(report.unitCount == 1)
      #expect(
        expanded.graph.nodes.map { $0.attributes["auto_pad"] } == [
          nil, .string("SAME_UPPER"), nil,
        ])
      #expect(expanded.graph.nodes.map(\.inputs.count) == [2, 2, 3])
      let (contracted, _) = try Contractor().contract(expanded)
      #expect(Structure(contracted) == Structure(model))
    }
  }
}
