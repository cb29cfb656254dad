import Execution
import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing
import Training

/// Short trainings that PyTorch ran: the same first model, batches and recipe.
///
/// PyTorch's own runs in float32 and float64 differ by 2e-7 in the losses and 2e-6 in the weights;
/// the bounds leave five times that for another order of summation.
@Suite struct ParityTests {
  private struct Recipe: Decodable {
    let steps: Int
    let batch: Int
    let lr: Float
    let momentum: Float
    let weight_decay: Float
    let nesterov: Bool
  }

  @Test(arguments: Fixture.parityNames, [TrainingMode.online, .materialized])
  func `training follows PyTorch step by step`(name: String, mode: TrainingMode) throws {
    let recipe = try JSONDecoder().decode(
      Recipe.self, from: Data(contentsOf: Fixture.parity(name, "recipe.json")))
    let images = try floats(name, "x.npy")
    let labels = try #require(NumPyFile.read(Fixture.parity(name, "y.npy").path).integers)
    let losses = try #require(NumPyFile.read(Fixture.parity(name, "losses.npy").path).doubles)

    let session = try Session(ONNXFile.read(Fixture.parity(name, "initial.onnx").path).graph)
    let run = try session.classification(
      batchSize: recipe.batch, imageShape: [3, 32, 32], isTraining: true, mode: mode)
    if mode == .online, Self.isExpanded(name) {
      #expect(run.executor.plan.computation.units.contains { $0.decision == .online })
    }
    let optimizer = Optimizer(session)
    let descent = StochasticGradientDescent(
      learningRate: recipe.lr, momentum: recipe.momentum, nesterov: recipe.nesterov,
      weightDecay: recipe.weight_decay)
    for step in 0..<recipe.steps {
      let batch = images[step * run.images.count..<(step + 1) * run.images.count]
      _ = run.images.update(fromContentsOf: batch)
      for index in 0..<recipe.batch {
        run.labels[index] = Int32(labels[step * recipe.batch + index])
      }
      let loss = try run().meanLoss
      #expect(
        abs(loss - losses[step]) <= 1e-5 * abs(losses[step]),
        "\(name), \(mode), step \(step + 1): \(loss), PyTorch \(losses[step])")
      optimizer.step(run, by: descent)
    }
    try expectWeights(of: session.trainedGraph(), like: "final.onnx", name)
    try expectLogits(of: session, on: Array(images.prefix(run.images.count)), recipe.batch, name)
  }

  /// The first of them as expandc's own expansions are named.
  private static func isExpanded(_ name: String) -> Bool {
    name.hasPrefix("ck") || name.hasPrefix("cl")
  }

  /// Every weight and running statistic of PyTorch's last model, by its name.
  private func expectWeights(of graph: Graph, like file: String, _ name: String) throws {
    let final = try Session(ONNXFile.read(Fixture.parity(name, file).path).graph).graph
    var compared = 0
    for (id, expected) in final.initializers where expected.tensor.elementType == .float {
      let mine = try #require(graph.value(named: final[id].name), "\(name): \(final[id].name)")
      let ours = try #require(graph.initializers[mine]?.tensor.floats)
      let difference = Closeness.maximumDifference(ours, try #require(expected.tensor.floats))
      #expect(difference <= 1e-5, "\(name), \(final[id].name): \(difference)")
      compared += 1
    }
    #expect(compared >= 20, "\(name): only \(compared) tensors compared")
  }

  private func expectLogits(
    of session: Session, on images: [Float], _ batch: Int, _ name: String
  ) throws {
    let evaluation = try session.classification(
      batchSize: batch, imageShape: [3, 32, 32], isTraining: false)
    _ = evaluation.images.update(fromContentsOf: images)
    for index in 0..<batch { evaluation.labels[index] = 0 }
    _ = try evaluation()
    let expected = try floats(name, "final-logits.npy")
    let difference = Closeness.relativeDifference(Array(evaluation.logits), expected)
    // The bound that holds for the fixtures' outputs, whose weights agree to the bit.
    #expect(difference <= 1e-5, "\(name): logits differ by \(difference) of the largest")
  }

  private func floats(_ name: String, _ file: String) throws -> [Float] {
    try #require(NumPyFile.read(Fixture.parity(name, file).path).floats)
  }
}
