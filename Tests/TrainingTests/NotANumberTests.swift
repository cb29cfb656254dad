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

  /// The weights of one product are finite, but sums of positive numbers times the largest Float
  /// are not; nodes before it compute what they did, nodes after it compute with infinity.
  @Test(arguments: [0, 1])
  func `the first node whose output is not finite is named`(product: Int) throws {
    var graph = try smallNet()
    let nodes = graph.nodes.filter { $0.type.name == "Gemm" }
    let node = nodes[product]
    let weight = try #require(node.input(1))
    let old = try #require(graph.initializers[weight]?.tensor)
    var patch = GraphPatch()
    patch.replaceInitializer(
      weight,
      with: Tensor(
        [Float](repeating: .greatestFiniteMagnitude, count: old.elementCount), shape: old.shape))
    try graph.apply(patch)
    let shape = [4, 3, 32, 32]
    var generator = SeededGenerator(seed: 1)
    let pixels = Tensor(
      (0..<shape.reduce(1, *)).map { _ in Float(10 * generator.normal()) }, shape: shape)
    let set = ImageSet(
      pixels: pixels, labels: [0, 1, 2, 3], classCount: 10, normalization: .none(channels: 3))
    let trainer = try Trainer(
      Session(graph, threads: 1), recipe: TrainingRecipe(epochs: 1, batchSize: 4), train: set,
      test: nil)
    do {
      _ = try trainer.train()
      Issue.record("trained on infinity")
    } catch TrainingError.lossNotFinite(let epoch, let step, let output, let tensor) {
      #expect(epoch == 1 && step == 1)
      #expect(output?.node == node.name)
      #expect(tensor == nil)
    }
  }

  @Test func `images that are not numbers stop the training with the tensor they spoilt`() throws {
    let shape = [8, 3, 32, 32]
    let pixels = Tensor([Float](repeating: .nan, count: shape.reduce(1, *)), shape: shape)
    let set = ImageSet(
      pixels: pixels, labels: Array(0..<8), classCount: 10, normalization: .none(channels: 3))
    let trainer = try Trainer(
      Session(smallNet(), threads: 1), recipe: TrainingRecipe(epochs: 1, batchSize: 8),
      train: set, test: nil)
    do {
      _ = try trainer.train()
      Issue.record("trained on NaN")
    } catch TrainingError.weightsNotFinite(let epoch, _) {
      #expect(epoch == 1)
    } catch TrainingError.lossNotFinite(let epoch, _, _, _) {
      #expect(epoch == 1)
    }
  }

  @Test func `a file of images with an element that is not a number is refused`() throws {
    let folder = try TemporaryFolder()
    var elements = [Float](repeating: 0.5, count: 3 * 1 * 2 * 2)
    elements[9] = .nan
    try NumPyFile.write(Tensor(elements, shape: [3, 1, 2, 2]), to: folder.path("x.npy"))
    try NumPyFile.write(Tensor([Int64](0..<3), shape: [3]), to: folder.path("y.npy"))
    let data = try DataSpecification(
      parsing: "npy:\(folder.path("x.npy")),\(folder.path("y.npy"))")
    #expect(throws: DataError.notANumber(path: folder.path("x.npy"), index: 2)) {
      try data.load(.train)
    }
  }
}
