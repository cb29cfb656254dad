import Expansion
import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// Operators with the shapes of what they hold, and the edges between them: a network's
/// architecture, all names apart.
private func architecture(_ model: Model) -> [String] {
  var places: [Value.ID: Int] = [:]
  let graph = model.graph
  return graph.nodes.enumerated().map { index, node in
    let inputs = node.inputs.map { value -> String in
      guard let value else { return "-" }
      if let tensor = graph.initializer(value)?.tensor { return "\(tensor.shape)" }
      return places[value].map { "#\($0)" } ?? "input"
    }
    for output in node.outputs.compactMap(\.self) { places[output] = index }
    let strides = try? node.attributes.ints("strides")
    return "\(node.type) \(inputs) \(strides?.filter { $0 > 1 } ?? [])"
  }
}

@Suite struct `Contraction by structure` {
  private func contract(
    _ model: Model, absorbing: Bool = false
  ) throws -> (model: Model, report: ContractionReport) {
    var options = ContractionOptions()
    options.absorbsBatchNormalization = absorbing
    let (contracted, report) = try Contractor(options).contract(model)
    #expect(report.units.allSatisfy { $0.check?.passed == true })
    return (contracted, report)
  }

  @Test(arguments: [
    ("expanded-cl-r2-train", "smallnet7-train", 66_186, ["CL", "CL", "CL"]),
    ("expanded-ck-r2-fc-r1-train", "smallnet7-train", 66_186, ["CK", "CK", "CK", "FC"]),
    // The newer exporter absorbed the normalization: 2·(8 + 16 + 32) parameters fewer.
    ("expanded-ck-r2-dynamo", "smallnet7-dynamo", 66_074, ["CK", "CK", "CK"]),
  ])
  func `networks expanded in PyTorch come back as the architecture that they came from`(
    name: String, compact: String, parameters: Int, strategies: [String]
  ) throws {
    let (contracted, report) = try contract(ONNXFile.read(Fixture.model(name).path))
    #expect(report.method == .structure(insteadOfProvenance: nil))
    #expect(report.units.map { $0.strategy?.rawValue } == strategies)
    #expect(report.skipped.isEmpty)
    #expect(try Statistics(contracted.graph).parameters == parameters)
    #expect(
      try architecture(contracted) == architecture(ONNXFile.read(Fixture.model(compact).path)))
  }

  @Test(arguments: ["smallnet7-train", "depthwise-train", "yolo-lite-tiny-train", "shuffle-train"])
  func `an expanded model without its provenance comes back, names too`(name: String) throws {
    let model = try ONNXFile.read(Fixture.model(name).path)
    var (expanded, report) = try Expander(options { $0.rate = 2 }).expand(model)
    expanded.metadata = [:]
    let (contracted, contraction) = try contract(expanded)
    #expect(contraction.units.count == report.unitCount)
    #expect(architecture(contracted) == architecture(model))
    #expect(contracted.graph.nodes.map(\.name) == model.graph.nodes.map(\.name))
    let names = Set(contracted.graph.initializers.keys.map { contracted.graph[$0].name })
    #expect(names == Set(model.graph.initializers.keys.map { model.graph[$0].name }))
  }

  @Test(arguments: [13, 17, 20], [1.0, 2.0])
  func `a model that was renamed and given another opset is contracted by structure`(
    opset: Int, rate: Double
  ) throws {
    let model = try ONNXFile.read(Fixture.model("smallnet5-train").path)
    let (expanded, report) = try Expander(options { $0.rate = rate }).expand(model)
    var disguised = try expanded.disguised(opset: opset)
    let (contracted, _) = try contract(disguised)
    #expect(architecture(contracted) == architecture(model))
    #expect(contracted.opsets[""] == opset)

    // The provenance is still there, and fits no more.
    disguised.metadata = expanded.metadata
    let (again, contraction) = try contract(disguised)
    #expect(contraction.units.count == report.unitCount)
    guard case .structure(.unit(_, _, .outputMissing)?) = contraction.method else {
      Issue.record("\(contraction.method)")
      return
    }
    #expect(architecture(again) == architecture(model) && again.metadata.isEmpty)
  }

  /// MobileNetV2's blocks: expand 1×1, depthwise, project 1×1 without an activation, and the next
  /// block's expand.
  @Test func `two linear bottlenecks in a row stay`() throws {
    var sketch = ModelSketch(input: [1, 3, 12, 12])
    var current: Name = "x"
    func convolution(
      _ sketch: inout ModelSketch, _ name: String, _ shape: [Int], group: Int = 1, relu: Bool = true
    ) {
      sketch.constant(Name("\(name).weight"), shape)
      sketch.constant(Name("\(name).bias"), [shape[0]])
      let pad = shape[2] / 2
      sketch.node(
        Name(name), "Conv", [current, Name("\(name).weight"), Name("\(name).bias")],
        [Name("\(name).out")], ["pads": .ints([pad, pad, pad, pad]), "group": .int(group)])
      current = Name("\(name).out")
      guard relu else { return }
      sketch.node(Name("\(name).relu"), "Relu", [current], [Name("\(name).active")])
      current = Name("\(name).active")
    }
    convolution(&sketch, "stem", [16, 3, 3, 3])
    for block in 0..<3 {
      if block > 0 { convolution(&sketch, "expand\(block)", [24, 4, 1, 1]) }
      let channels = block > 0 ? 24 : 16
      convolution(&sketch, "depthwise\(block)", [channels, 1, 3, 3], group: channels)
      convolution(&sketch, "project\(block)", [4, channels, 1, 1], relu: false)
    }
    let model = try sketch.model(output: current)
    let (expanded, report) = try Expander(ExpansionOptions()).expand(model)
    #expect(report.unitCount == 4)
    let (contracted, contraction) = try contract(expanded.disguised())
    #expect(contraction.units.map { $0.strategy } == [.cl, .cl, .cl, .cl])
    #expect(architecture(contracted) == architecture(model))
    // 24·4 + 24 + 4·24 + 4 parameters apart; 16·4 + 4 + 24·4 + 24 of the first pair.
    #expect(
      contraction.skipped.map(\.obstacle) == [
        .savesNothing(contracted: 24 * 16 + 24, apart: 16 * 4 + 4 + 24 * 4 + 24),
        .savesNothing(contracted: 24 * 24 + 24, apart: 2 * 24 * 4 + 4 + 24),
      ])
  }

  @Test func `a chain of several units becomes several nodes`() throws {
    var sketch = ModelSketch(input: [1, 3, 20, 20])
    sketch.constant("a", [4, 3, 3, 3])
    sketch.constant("b", [16, 4, 5, 5])
    sketch.node("first", "Conv", ["x", "a"], ["p"])
    sketch.node("second", "Conv", ["p", "b"], ["y"])
    let model = try sketch.model()
    let (expanded, _) = try Expander(ExpansionOptions()).expand(model)
    let (contracted, report) = try contract(expanded.disguised())
    // One kernel of 3 → 16 channels and 7×7 taps would have more than the two.
    #expect(report.units.map(\.parametersAfter) == [4 * 3 * 9, 16 * 4 * 25])
    #expect(architecture(contracted) == architecture(model))
  }

  @Test func `matrices in a row are one, however they are written`() throws {
    var sketch = ModelSketch(input: [2, 6])
    for (name, shape) in [("a", [6, 20]), ("b", [30, 20]), ("d", [30, 4])] as [(Name, [Int])] {
      sketch.constant(name, shape)
    }
    sketch.constant("c", [30])
    sketch.constant("e", [4])
    sketch.node("one", "MatMul", ["x", "a"], ["p"])
    sketch.node("pass", "Identity", ["p"], ["q"])
    sketch.node("two", "Gemm", ["q", "b", "c"], ["r"], ["transB": .int(1), "alpha": .float(0.5)])
    sketch.node("three", "MatMul", ["r", "d"], ["s"])
    sketch.node("add", "Add", ["s", "e"], ["y"])
    let (contracted, report) = try contract(sketch.model())
    #expect(report.units.map(\.notation) == ["FC 6→20→30→4"])
    #expect(contracted.graph.nodes.map(\.type.name) == ["Gemm"])
  }

  @Test func `a contracted model has nothing left to contract, and comes back as it is`() throws {
    let model = try ONNXFile.read(Fixture.model("expanded-cl-r2-train").path)
    let (once, _) = try contract(model)
    let (twice, report) = try contract(once)
    #expect(report.units.isEmpty && report.skipped.isEmpty)
    #expect(twice.graph.revision == once.graph.revision)
  }
}
