import Execution
import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing
import Training

@Suite struct TrainerTests {
  private let images = try! DataSpecification(parsing: "shapes:train=300,test=100")

  private func session(threads: Int = 1) throws -> Session {
    try Session(ONNXFile.read(Fixture.model("smallnet3-train").path).graph, threads: threads)
  }

  private func train(
    _ recipe: TrainingRecipe, threads: Int = 1
  ) throws -> (Graph, [Trainer.EpochReport]) {
    let session = try session(threads: threads)
    let trainer = try Trainer(
      session, recipe: recipe, train: images.load(.train), test: images.load(.test))
    let reports = try trainer.train()
    return (try session.trainedGraph(), reports)
  }

  @Test(arguments: [1, 2, 3])
  func `one seed gives the same weights bit for bit, another seed others`(threads: Int) throws {
    let recipe = TrainingRecipe(
      epochs: 2, batchSize: 64, augmentation: Augmentation(cropPadding: 4, flips: true), seed: 7)
    let first = try train(recipe, threads: threads).0.initializers.values.map(\.tensor)
    #expect(try train(recipe, threads: threads).0.initializers.values.map(\.tensor) == first)
    var other = recipe
    other.seed = 8
    #expect(try train(other, threads: threads).0.initializers.values.map(\.tensor) != first)
  }

  @Test func `an epoch counts every image, those of the last smaller batch too`() throws {
    let reports = try train(TrainingRecipe(epochs: 1, batchSize: 64)).1
    #expect(reports.map(\.train.count) == [300])
    #expect(reports.map(\.test?.count) == [100])
  }

  @Test func `the loss falls below that of guessing, and the schedule sets the rate`() throws {
    let schedule = try #require(StepSchedule(parsing: "step:3:0.1"))
    let reports = try train(
      TrainingRecipe(epochs: 5, batchSize: 32, learningRate: 0.05, schedule: schedule)
    ).1
    #expect(reports[4].train.loss < log(10))
    #expect(reports[4].train.loss < reports[0].train.loss)
    #expect(reports.map(\.learningRate) == [0.05, 0.05, 0.05, 0.05 * 0.1, 0.05 * 0.1])
  }

  @Test func `the running statistics move and the epoch's test uses them`() throws {
    let graph = try session().graph
    let (trained, _) = try train(TrainingRecipe(epochs: 1, batchSize: 64))
    let id = try #require(graph.value(named: "features.1.running_mean") ?? firstMean(graph))
    #expect(graph.initializers[id]?.tensor != trained.initializers[id]?.tensor)
  }

  private func firstMean(_ graph: Graph) -> Value.ID? {
    graph.nodes.first { $0.type.name == "BatchNormalization" }?.input(3)
  }

  @Test func `images of another shape are refused with both shapes`() throws {
    let pixels = Tensor([Float](repeating: 0, count: 2 * 3 * 28 * 28), shape: [2, 3, 28, 28])
    let set = ImageSet(
      pixels: pixels, labels: [0, 1], classCount: 10, normalization: .none(channels: 3))
    do {
      _ = try Evaluation.evaluate(session(), on: set)
      Issue.record("evaluated")
    } catch ExecutionError.inputShape(_, let expected, let given) {
      #expect(expected.compactMap(\.extent) == [3, 32, 32])
      #expect(given == [2, 3, 28, 28])
    }
  }

  @Test func `more classes than the network has outputs are refused`() throws {
    let pixels = Tensor([Float](repeating: 0, count: 2 * 3 * 32 * 32), shape: [2, 3, 32, 32])
    let set = ImageSet(
      pixels: pixels, labels: [0, 99], classCount: 100, normalization: .none(channels: 3))
    #expect(throws: TrainingError.classes(network: 10, data: 100)) {
      try Evaluation.evaluate(session(), on: set)
    }
  }

  @Test func `a loss that is not finite stops the training and names the step`() throws {
    let recipe = TrainingRecipe(epochs: 3, batchSize: 64, learningRate: 1e30)
    do {
      _ = try train(recipe)
      Issue.record("trained")
    } catch TrainingError.stepNotFinite(let found) {
      #expect(found.epoch == 1 && found.step >= 2)
      #expect(found.output != nil)
    }
  }
}
