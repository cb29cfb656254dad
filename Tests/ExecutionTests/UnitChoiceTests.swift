import Execution
import Expansion
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Choices of units` {
  /// The units of training `sketch` in `mode`, as the plan for its bound input decided.
  private func units(_ sketch: ModelSketch, _ mode: TrainingMode) throws -> [UnitChoice] {
    var sketch = sketch
    let session = try Session(sketch.model().graph, threads: 1)
    return try session.vectorJacobian(mode: mode).executor.plan.computation.units
  }

  /// Gemm of 512 → 2048 → 256 → 64, the paper's FC unit of SmallNet.
  private func fullyConnected(batch: Int) -> ModelSketch {
    var sketch = ModelSketch(input: [batch, 512])
    for (index, shape) in [[2048, 512], [256, 2048], [64, 256]].enumerated() {
      sketch.constant(Name("w\(index)"), shape)
      sketch.node(
        Name("fc\(index)"), "Gemm", [index == 0 ? "x" : Name("y\(index - 1)"), Name("w\(index)")],
        [index == 2 ? "y" : Name("y\(index)")], ["transB": .int(1)])
    }
    return sketch
  }

  @Test func `an FC unit is materialized at batch 1 and online where the batch pays for it`() throws
  {
    let single = try #require(units(fullyConnected(batch: 1), .automatic).first)
    #expect(single.decision == .materialized)
    #expect(single.factors == ["fc0", "fc1", "fc2"])
    // No gradient flows to the image.
    let materialized = 2 * 2048 * 512 + 3 * (256 * 2048 + 64 * 256)
    #expect(single.materialized == Double(materialized))
    let composing = 64 * 256 * 2048 + 64 * 2048 * 512
    let least = Double(2 * 64 * 512 + 3 * composing)
    let online = try #require(single.online)
    // Besides, what starting the steps costs: little next to this.
    #expect(least <= online && online <= 1.1 * least)

    let many = try #require(units(fullyConnected(batch: 512), .automatic).first)
    #expect(many.decision == .online)
    #expect(try #require(many.online) < many.materialized)
  }

  @Test func `a mode that is asked for is what every unit gets`() throws {
    #expect(try units(fullyConnected(batch: 1), .online).map(\.decision) == [.online])
    #expect(try units(fullyConnected(batch: 512), .materialized).map(\.decision) == [.materialized])
  }

  @Test func `what is not one kernel is materialized with the reason`() throws {
    var sketch = ModelSketch(input: [4, 3, 8, 8])
    sketch.constant("a", [4, 3, 3, 3])
    sketch.constant("b", [4, 4, 3, 3])
    let pads: Attributes = ["pads": .ints([1, 1, 1, 1])]
    sketch.node("first", "Conv", ["x", "a"], ["h"], pads)
    sketch.node("second", "Conv", ["h", "b"], ["y"], pads)
    let choice = try #require(units(sketch, .online).first)
    #expect(choice.decision == .materialized)
    #expect(choice.online == nil)
    #expect(choice.obstacle == .innerPadding(factor: 1, cause: .notPointwise))
  }

  /// The bias is zero now, and will not be after a step.
  @Test func `a bias before padding is not composed`() throws {
    var sketch = ModelSketch(input: [4, 3, 8, 8])
    sketch.constant("a", [4, 3, 1, 1])
    sketch.builder.addInitializer("bias", Initializer(Tensor([0, 0, 0, 0] as [Float], shape: [4])))
    sketch.constant("b", [4, 4, 3, 3])
    sketch.node("first", "Conv", ["x", "a", "bias"], ["h"])
    sketch.node("second", "Conv", ["h", "b"], ["y"], ["pads": .ints([1, 1, 1, 1])])
    let choice = try #require(units(sketch, .online).first)
    #expect(choice.obstacle == .innerPadding(factor: 1, cause: .biased))
  }

  @Test func `a value that something else reads too is computed`() throws {
    var sketch = ModelSketch(input: [4, 3, 8, 8])
    sketch.constant("a", [4, 3, 1, 1])
    sketch.constant("b", [4, 4, 1, 1])
    sketch.node("first", "Conv", ["x", "a"], ["h"])
    sketch.node("second", "Conv", ["h", "b"], ["z"])
    sketch.node("sum", "Add", ["h", "z"], ["y"])
    #expect(try units(sketch, .online).isEmpty)
  }

  @Test func `a chain is cut where it stops to compose`() throws {
    var sketch = ModelSketch(input: [4, 3, 8, 8])
    sketch.constant("a", [4, 3, 3, 3])
    sketch.constant("b", [4, 4, 1, 1])
    sketch.constant("c", [4, 4, 3, 3])
    sketch.constant("d", [4, 4, 1, 1])
    let pads: Attributes = ["pads": .ints([1, 1, 1, 1])]
    sketch.node("first", "Conv", ["x", "a"], ["h"], pads)
    sketch.node("second", "Conv", ["h", "b"], ["i"])
    sketch.node("third", "Conv", ["i", "c"], ["j"], pads)
    sketch.node("fourth", "Conv", ["j", "d"], ["y"])
    let choices = try units(sketch, .online)
    #expect(choices.map(\.factors) == [["first", "second"], ["third", "fourth"]])
    #expect(choices.map(\.decision) == [.online, .online])
  }

  @Test func `a MatMul with its Add is one factor`() throws {
    var sketch = ModelSketch(input: [64, 32])
    var current: Name = "x"
    for (index, shape) in [[32, 128], [128, 64], [64, 8]].enumerated() {
      let (weights, bias, product) = (Name("w\(index)"), Name("b\(index)"), Name("p\(index)"))
      sketch.constant(weights, shape)
      sketch.constant(bias, [shape[1]])
      sketch.node(Name("fc\(index)"), "MatMul", [current, weights], [product])
      current = index == 2 ? "y" : Name("y\(index)")
      sketch.node(Name("add\(index)"), "Add", [product, bias], [current])
    }
    let choices = try units(sketch, .online)
    #expect(choices.map(\.factors) == [["fc0", "fc1", "fc2"]])
    #expect(choices.map(\.decision) == [.online])
  }
}
