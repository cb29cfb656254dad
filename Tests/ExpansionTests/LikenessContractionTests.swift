import Expansion
import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Contraction like a compact model` {
  private func contract(
    _ model: Model, like compact: Model
  ) throws -> (model: Model, report: ContractionReport) {
    let (contracted, report) = try Contractor().contract(model, like: compact)
    #expect(report.method == .likeness)
    #expect(report.units.allSatisfy { $0.check?.passed == true })
    let diff = GraphDiff(compact, contracted)
    #expect(diff.structure.isEmpty && diff.metadata.isEmpty)
    return (contracted, report)
  }

  private func difference(_ model: Model, _ compact: Model) -> LikenessDifference? {
    do {
      _ = try Contractor().contract(model, like: compact)
      return nil
    } catch {
      if case .unlike(let difference) = error { return difference }
      return nil
    }
  }

  @Test(arguments: [
    "smallnet7-train", "smallnet7-dynamo", "smallnet5-train", "depthwise-train",
    "depthwise-eval-dynamo", "shuffle-train", "unet-tiny-train", "yolo-lite-tiny-train",
  ])
  func `an expanded network of which every name is gone gets all names back`(name: String) throws {
    let model = try ONNXFile.read(Fixture.model(name).path)
    let (expanded, report) = try Expander(options { $0.rate = 2 }).expand(model)
    let (contracted, contraction) = try contract(expanded.disguised(), like: model)
    #expect(contraction.units.count == report.unitCount)
    // `PreserveBound` is below 12 roundings of the largest weight for every shape.
    #expect(contracted.largestRoundings(from: model) <= 12)
  }

  @Test(arguments: ["expanded-cl-r2-train", "expanded-ck-r2-fc-r1-train"])
  func `a network that PyTorch expanded gets the names of the compact one`(name: String) throws {
    let compact = try ONNXFile.read(Fixture.model("smallnet7-train").path)
    let (contracted, report) = try contract(
      ONNXFile.read(Fixture.model(name).path), like: compact)
    #expect(report.units.first?.node == "/0/Conv")
    #expect(try Statistics(contracted.graph).parameters == 66_186)
    #expect(!GraphDiff(compact, contracted).weights.isEmpty)
  }

  /// By structure alone the two matrices would be one: 9 · 3 weights are fewer than 9·9 + 9·3.
  @Test func `the compact model says how a chain is cut`() throws {
    var sketch = ModelSketch(input: [2, 9])
    sketch.constant("a", [9, 9])
    sketch.constant("b", [9, 3])
    sketch.node("first", "MatMul", ["x", "a"], ["p"])
    sketch.node("second", "MatMul", ["p", "b"], ["y"])
    let compact = try sketch.model()
    let (expanded, report) = try Expander(options { $0.rate = 1 }).expand(compact)
    #expect(report.unitCount == 1)
    let (contracted, _) = try contract(expanded.disguised(), like: compact)
    #expect(contracted.graph.nodes.map(\.name) == ["first", "second"])
    let (free, _) = try Contractor().contract(expanded.disguised())
    #expect(free.graph.nodes.count == 1)
  }

  /// At rate 1 the factors of both convolutions have the extents of several cuts; only one keeps
  /// the first one's bias out of the second, and the padding before that bias.
  @Test(arguments: [0, 1])
  func `biases and padding say where units next to each other are cut`(padding: Int) throws {
    let pads: Attributes = ["pads": .ints([padding, padding, padding, padding])]
    var sketch = ModelSketch(input: [1, 4, 9, 9])
    sketch.constant("a", [6, 4, 3, 3])
    sketch.constant("c", [6])
    sketch.constant("b", [5, 6, 3, 3])
    sketch.node("first", "Conv", ["x", "a", "c"], ["p"], ["pads": .ints([1, 1, 1, 1])])
    sketch.node("second", "Conv", ["p", "b"], ["y"], pads)
    let compact = try sketch.model()
    let (expanded, report) = try Expander(options { $0.rate = 1 }).expand(compact)
    let (contracted, contraction) = try contract(expanded.disguised(), like: compact)
    #expect(contraction.units.count == report.unitCount)
    // `PreserveBound` is below 12 roundings of the largest weight for every shape.
    #expect(contracted.largestRoundings(from: compact) <= 12)
  }

  @Test func `constants of other nodes come along, and those behind Identity are untied`() throws {
    func network(_ scale: Float, shares: Bool) throws -> Model {
      var sketch = ModelSketch(input: [1, 4, 12, 12])
      sketch.constant("w", [4, 4, 3, 3])
      sketch.constant("other", [4, 4, 3, 3])
      sketch.builder.addInitializer("scale", Initializer(Tensor([scale], shape: [1])))
      if shares { sketch.node("copy", "Identity", ["w"], ["w2"]) }
      sketch.node("first", "Conv", ["x", "w"], ["p"])
      sketch.node("scaled", "Mul", ["p", "scale"], ["q"])
      sketch.node("second", "Conv", ["q", shares ? "w2" : "other"], ["r"])
      sketch.node("last", "Relu", ["r"], ["y"])
      return try sketch.model()
    }
    let compact = try network(1, shares: true)
    let given = try network(3, shares: false)
    let (contracted, report) = try contract(given.disguised(), like: compact)
    #expect(report.units.isEmpty)
    #expect(contracted.tensor("scale") == given.tensor("scale"))
    #expect(contracted.tensor("w") == given.tensor("w"))
    #expect(contracted.tensor("w2") == given.tensor("other"))
  }

  @Test func `the first difference of another architecture is named`() throws {
    func model(_ name: String) throws -> Model {
      try ONNXFile.read(Fixture.model(name).path)
    }
    let seven = try model("smallnet7-train")
    let expanded = try Expander(options { $0.rate = 2 }).expand(seven).0
    let five = try model("smallnet5-train")
    guard case .kernel(let node, 0, let expected, let found)? = difference(expanded, five) else {
      Issue.record("no difference of kernels")
      return
    }
    #expect(node == five.graph.nodes.first?.name)
    #expect(expected.extents == [5, 5] && found.allSatisfy { $0.extents != [5, 5] })

    // After its first convolution the absorbed network has a Relu where the other normalises.
    let absorbed = try model("smallnet7-eval")
    guard case .node(_, _, let type, let others)? = difference(expanded, absorbed) else {
      Issue.record("no difference of nodes")
      return
    }
    #expect(type.name == "Relu" && others.map(\.type.name) == ["BatchNormalization"])
    func small(_ input: [Int], _ output: Name) throws -> Model {
      var sketch = ModelSketch(input: input)
      sketch.node("relu", "Relu", ["x"], [output])
      return try sketch.model(output: output)
    }
    #expect(
      difference(try small([1, 4], "y"), try small([1, 4], "z"))
        == .outputs(compact: ["z"], found: ["y"]))
    #expect(
      difference(try small([1, 4], "y"), try small([1, 5], "y"))
        == .inputShape("x", compact: [.fixed(1), .fixed(5)], found: [.fixed(1), .fixed(4)]))
    let other = try model("unet-tiny-train")
    #expect(difference(expanded, other) != nil && difference(other, seven) != nil)
  }
}
