import Execution
import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing
import Training

/// oneDNN's ReLU makes 0 of NaN, so damage must be caught where it enters.
@Suite struct NotANumberTests {
  private func smallNet() throws -> Graph {
    try ONNXFile.read(Fixture.model("smallnet3-train").path).graph
  }

  @Test func `a weight that is not a number is refused by every run`() throws {
    var graph = try smallNet()
    let weight = try #require(
      graph.nodes.first { $0.type.name == "Conv" }?.input(1).flatMap { $0 })
    let old = try #require(graph.initializers[weight]?.tensor)
    var elements = try #require(old.floats)
    elements[5] = .nan
    var patch = GraphPatch()
    patch.replaceInitializer(weight, with: Tensor(elements, shape: old.shape))
    try graph.apply(patch)
    let session = try Session(graph, threads: 1)
    let name = graph[weight].name
    func isRefused(_ body: () throws -> Void) -> Bool {
      do { try body() } catch ExecutionError.notANumber(name) { return true } catch {}
      return false
    }
    #expect(
      isRefused {
        _ = try session.inference(inputShapes: [graph.requiredInputs[0]: [1, 3, 32, 32]])
      })
    for isTraining in [true, false] {
      #expect(
        isRefused {
          _ = try session.classification(
            batchSize: 1, imageShape: [3, 32, 32], isTraining: isTraining)
        })
    }
  }

  private func train(_ graph: Graph, on set: ImageSet) throws -> NotFiniteStep? {
    let trainer = try Trainer(
      Session(graph, threads: 1), recipe: TrainingRecipe(epochs: 1, batchSize: set.count),
      train: set, test: nil)
    do {
      _ = try trainer.train()
      return nil
    } catch TrainingError.stepNotFinite(let step) {
      return step
    }
  }

  private func images(_ count: Int, seed: UInt64 = 1) -> ImageSet {
    let shape = [count, 3, 32, 32]
    var generator = SeededGenerator(seed: seed)
    let pixels = Tensor(
      (0..<shape.reduce(1, *)).map { _ in Float(10 * generator.normal()) }, shape: shape)
    return ImageSet(
      pixels: pixels, labels: (0..<count).map { Int32($0) }, classCount: 10,
      normalization: .none(channels: 3))
  }

  private func replace(
    input: Int, of node: Node, in graph: inout Graph, with element: (Int) -> Float
  ) throws {
    let value = try #require(node.input(input))
    let old = try #require(graph.initializer(value)?.tensor)
    var patch = GraphPatch()
    patch.replaceInitializer(
      value, with: Tensor((0..<old.elementCount).map(element), shape: old.shape))
    try graph.apply(patch)
  }

  /// The weights of one product are finite, but sums of positive numbers times the largest Float
  /// are not; nodes before it compute what they did, nodes after it compute with infinity.
  @Test(arguments: [0, 1])
  func `the first node whose output is not finite is named`(product: Int) throws {
    var graph = try smallNet()
    let node = graph.nodes.filter { $0.type.name == "Gemm" }[product]
    try replace(input: 1, of: node, in: &graph) { _ in .greatestFiniteMagnitude }
    let step = try #require(try train(graph, on: images(4)))
    #expect(step.epoch == 1 && step.step == 1 && step.quantity == .loss)
    #expect(step.output?.node == node.name && step.output?.isGradient == false)
    #expect(step.weight == nil)
  }

  /// NaN in an image is NaN in the first convolution, and so in its normalization, whose ReLU makes
  /// 0 of it: the loss is finite.
  @Test func `what a rectifier hides from the loss is found in the same step`() throws {
    let graph = try smallNet()
    let shape = [8, 3, 32, 32]
    let pixels = Tensor([Float](repeating: .nan, count: shape.reduce(1, *)), shape: shape)
    let set = ImageSet(
      pixels: pixels, labels: Array(0..<8), classCount: 10, normalization: .none(channels: 3))
    let step = try #require(try train(graph, on: set))
    #expect(step.epoch == 1 && step.step == 1 && step.weight == nil)
    if case .loss = step.quantity { Issue.record("the rectifier hid nothing") }
    #expect(step.output?.node == graph.nodes.first { $0.type.name == "Conv" }?.name)
    #expect(step.output?.isGradient == false)
  }

  /// With h = 2⁻¹³⁷ in all hidden elements and the largest Float M times ±1 as the last weights, the
  /// logits are ±64·M·h, below 2⁻³ in magnitude; but the gradient by h, M·(p − y)·±1 summed over the
  /// classes, is 2·M·(1 − p) for a label of class 0, and p < 1/2.
  @Test func `a gradient that is not finite is named though every output is finite`() throws {
    var graph = try smallNet()
    let nodes = graph.nodes.filter { $0.type.name == "Gemm" }
    try replace(input: 1, of: nodes[0], in: &graph) { _ in 0 }
    try replace(input: 2, of: nodes[0], in: &graph) { _ in
      Float(sign: .plus, exponent: -137, significand: 1)
    }
    let weight = try #require(nodes[1].input(1))
    let hidden = try #require(graph.initializer(weight)?.tensor.shape[1])
    try replace(input: 1, of: nodes[1], in: &graph) {
      $0 < hidden ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude
    }
    try replace(input: 2, of: nodes[1], in: &graph) { _ in 0 }
    let step = try #require(try train(graph, on: images(1)))
    #expect(step.epoch == 1 && step.step == 1 && step.weight == nil)
    #expect(step.quantity != .loss)
    #expect(step.output?.node == nodes[1].name && step.output?.isGradient == true)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func `a file of images with an element that is not finite is refused`(element: Float) throws {
    let folder = try TemporaryFolder()
    var elements = [Float](repeating: 0.5, count: 3 * 1 * 2 * 2)
    elements[9] = element
    try NumPyFile.write(Tensor(elements, shape: [3, 1, 2, 2]), to: folder.path("x.npy"))
    try NumPyFile.write(Tensor([Int64](0..<3), shape: [3]), to: folder.path("y.npy"))
    let data = try DataSpecification(
      parsing: "npy:\(folder.path("x.npy")),\(folder.path("y.npy"))")
    #expect(throws: DataError.notFinite(path: folder.path("x.npy"), index: 2)) {
      try data.load(.train)
    }
  }
}
