import Expansion
import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Absorbing batch normalization` {
  private func absorb(_ model: Model) throws -> (model: Model, report: ContractionReport) {
    var options = ContractionOptions()
    options.absorbsBatchNormalization = true
    let (contracted, report) = try Contractor(options).contract(model)
    #expect(report.units.allSatisfy { $0.check?.passed == true })
    return (contracted, report)
  }

  /// PyTorch's exporter absorbed it in Float: W·γ/√(σ² + ε) by a square root, a division and a
  /// product, each within u = 2⁻²⁴, on top of which ours rounds once: four roundings of each
  /// weight. The bias (b − μ)·s + β is off by the same of its largest term, plus two sums: six of
  /// the largest of |s·b|, |s·μ| and |β|, all of which are below 8 here.
  @Test func `gives the weights that PyTorch's exporter made`() throws {
    let kept = try ONNXFile.read(Fixture.model("smallnet7-train").path)
    let absorbed = try ONNXFile.read(Fixture.model("smallnet7-eval").path)
    let (model, report) = try absorb(kept)
    #expect(report.units.map(\.notes) == Array(repeating: [.normalizationAbsorbed], count: 3))
    func convolutions(_ model: Model) -> [Node] {
      model.graph.nodes.filter { $0.type.name == "Conv" }
    }
    #expect(model.graph.nodes.map(\.type) == absorbed.graph.nodes.map(\.type))
    for (ours, theirs) in zip(convolutions(model), convolutions(absorbed)) {
      for index in 1...2 {
        let a = try #require(ours.input(index).flatMap { model.graph.initializer($0) })
        let b = try #require(theirs.input(index).flatMap { absorbed.graph.initializer($0) })
        let (x, y) = try (#require(a.tensor.doubles), #require(b.tensor.doubles))
        #expect(x.count == y.count)
        for (x, y) in zip(x, y) {
          let bound = index == 1 ? 4 * 0x1p-24 * y.magnitude : 6 * 0x1p-24 * 8
          #expect((x - y).magnitude <= bound * 1.001)
        }
      }
    }
  }

  @Test func `takes up those between the factors of a chain too`() throws {
    for disguise in [false, true] {
      var sketch = ModelSketch(input: [1, 2, 9, 9])
      normalizedChain(&sketch)
      var model = try sketch.model()
      if disguise { model = try model.disguised() }
      let (contracted, report) = try absorb(model)
      #expect(report.units.map(\.notation) == ["CK 2→8→2"])
      #expect(contracted.graph.nodes.map(\.type.name) == ["Conv"])
      // Without the flag the normalization stands between them.
      let (kept, nothing) = try Contractor().contract(model)
      #expect(nothing.units.isEmpty && kept.graph.nodes.count == 4)
    }
  }

  @Test func `an expanded network whose normalization was absorbed comes back by structure`() throws
  {
    let model = try ONNXFile.read(Fixture.model("smallnet7-train").path)
    let (expanded, _) = try Expander(
      options {
        $0.rate = 2
        $0.initialisation = .random
        $0.convolutions = .ck
      }
    ).expand(model)
    // As an exporter does it: into the last factor.
    var exported = expanded
    var patched = 0
    for node in expanded.graph.nodes where node.type.name == "BatchNormalization" {
      try absorb(node, into: &exported.graph)
      patched += 1
    }
    #expect(patched == 3)
    let (contracted, report) = try Contractor().contract(exported.disguised())
    #expect(report.units.count == 4 && report.units.allSatisfy { $0.check?.passed == true })
    let compact = try ONNXFile.read(Fixture.model("smallnet7-eval").path)
    #expect(contracted.graph.nodes.map(\.type) == compact.graph.nodes.map(\.type))
    #expect(
      try Statistics(contracted.graph).parameters == Statistics(compact.graph).parameters)
  }

  @Test func `in training mode it stays, with the reason`() throws {
    var sketch = ModelSketch(opset: 17, input: [1, 2, 9, 9])
    normalizedChain(&sketch, training: true)
    let model = try sketch.model()
    let (contracted, report) = try absorb(model)
    #expect(report.units.isEmpty)
    #expect(report.skipped.map(\.obstacle) == [.normalizesByBatch, .normalizesByBatch])
    #expect(contracted.graph.nodes.count == 4)
  }

  @Test func `of a product of higher rank it stays, for its channels are another axis`() throws {
    var sketch = ModelSketch(input: [2, 5, 6])
    sketch.constant("a", [6, 5])
    sketch.node("product", "MatMul", ["x", "a"], ["p"])
    for name in ["s", "t", "m", "v"] as [Name] { positive(&sketch, name, 5) }
    sketch.node("norm", "BatchNormalization", ["p", "s", "t", "m", "v"], ["y"])
    #expect(try absorb(sketch.model()).report.skipped.map(\.obstacle) == [.normalizesOtherAxis])
  }

  private func positive(_ sketch: inout ModelSketch, _ name: Name, _ count: Int) {
    let numbers = (0..<count).map { _ in Float(0.5 + sketch.generator.normal().magnitude) }
    sketch.builder.addInitializer(name, Initializer(Tensor(numbers, shape: [count])))
  }

  private func normalizedChain(_ sketch: inout ModelSketch, training: Bool = false) {
    for (index, channels) in [8, 2].enumerated() {
      sketch.constant(Name("w\(index)"), [channels, index == 0 ? 2 : 8, 3, 3])
      sketch.node(
        Name("conv\(index)"), "Conv", [index == 0 ? "x" : "q0", Name("w\(index)")],
        [Name("p\(index)")])
      let names = ["s", "t", "m", "v"].map { Name("\($0)\(index)") }
      for name in names { positive(&sketch, name, channels) }
      let statistics: [Name] = training ? [Name("rm\(index)"), Name("rv\(index)")] : []
      sketch.node(
        Name("norm\(index)"), "BatchNormalization", [Name("p\(index)")] + names,
        [index == 1 ? "y" : "q0"] + statistics, training ? ["training_mode": .int(1)] : [:])
    }
  }

  /// W·s and (b − μ)·s + β with s = γ/√(σ² + ε), in Float.
  private func absorb(_ normalization: Node, into graph: inout Graph) throws {
    let value = try #require(normalization.input(0))
    let convolution = try #require(graph.producer(of: value))
    func floats(_ node: Node, _ index: Int) throws -> [Float] {
      try #require(node.input(index).flatMap { try? graph.constant($0).tensor.floats })
    }
    let weights = try floats(convolution, 1)
    let shape = try #require(convolution.input(1).flatMap { graph.initializer($0)?.tensor.shape })
    let bias = try floats(convolution, 2)
    let constants = try (1...4).map { try floats(normalization, $0) }
    let scale = zip(constants[0], constants[3]).map { $0 / ($1 + 1e-5).squareRoot() }
    let row = weights.count / scale.count
    var patch = GraphPatch()
    patch.remove(normalization.id)
    patch.remove(convolution.id)
    let scaled = weights.enumerated().map { $1 * scale[$0 / row] }
    let shifted = bias.indices.map {
      (bias[$0] - constants[2][$0]) * scale[$0] + constants[1][$0]
    }
    let outputs = patch.addNode(
      name: convolution.name, type: convolution.type, attributes: convolution.attributes,
      inputs: [
        convolution.input(0).map(GraphPatch.Source.tap),
        patch.addInitializer("weight", Tensor(scaled, shape: shape)),
        patch.addInitializer("bias", Tensor(shifted, shape: [shifted.count])),
      ], outputs: ["out"])
    let output = try #require(normalization.output(0))
    patch.shunt(output, to: try #require(outputs[0]))
    try graph.apply(patch)
  }
}
