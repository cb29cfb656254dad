import Execution
import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing
import Training

/// 50 steps with momentum and weight decay, online and materialized.
///
/// The modes compute the same in another order, so their gradients differ by roundings. Where the
/// loss is smooth these stay what they are. But ReLU and maximum have gradients that jump where an
/// operand passes 0 or two are equal, and sooner or later a rounding decides on which side; from
/// there the trainings part, as those of two networks do whose first weights differ by one rounding.
@Suite struct TrajectoryTests {
  private static let names = ["ck-k5-r2-fc", "cl-k3-r2"]

  /// ReLU replaced by Softplus and MaxPool by AveragePool, at the rate that `train` defaults to.
  ///
  /// A rounding is 2⁻²⁴ of a weight, in some tens of sums, in each of 50 steps: the bound leaves
  /// more than ten times that.
  @Test(arguments: names)
  func `losses of a smooth network are the same in both modes`(name: String) throws {
    let training = try ShortTraining(name) { try $0.smoothed }
    let materialized = try training.losses(rate: 0.01, mode: .materialized)
    let online = try training.losses(rate: 0.01, mode: .online)
    #expect(ShortTraining.distance(online, materialized) <= 1e-4, "\(name)")
    expectTraining(materialized)
  }

  /// A tie that falls to the other side changes a step by the rate times a share of a gradient. At a
  /// rate of 0.0003 six of eight twins (below) of one network part by 1.4e-4; at this one the furthest
  /// of eight by 6.2e-6.
  @Test(arguments: names)
  func `losses at a small rate are the same in both modes`(name: String) throws {
    let training = try ShortTraining(name)
    let materialized = try training.losses(rate: 0.0001, mode: .materialized)
    let online = try training.losses(rate: 0.0001, mode: .online)
    #expect(ShortTraining.distance(online, materialized) <= 1e-4, "\(name)")
    expectTraining(materialized)
  }

  /// Twins start from weights that are each moved by one rounding, and are materialized too.
  ///
  /// One that meets no tie says nothing of those that do, hence several. What ties do to a loss
  /// varies by more than twice and, where 50 steps have one of them, hardly by ten times.
  @Test(arguments: names)
  func `losses part no further than those of weights that differ by one rounding`(
    name: String
  ) throws {
    let training = try ShortTraining(name)
    let materialized = try training.losses(rate: 0.01, mode: .materialized)
    let online = try training.losses(rate: 0.01, mode: .online)
    let sensitivity = try (UInt64(1)...4).map { seed in
      ShortTraining.distance(
        try training.losses(rate: 0.01, mode: .materialized, movedBy: seed), materialized)
    }
    let bound = max(1e-4, 10 * (sensitivity.max() ?? 0))
    let distance = ShortTraining.distance(online, materialized)
    #expect(distance <= bound, "\(name): \(distance), twins \(sensitivity)")
    expectTraining(materialized)
  }

  /// Step 45 has the images of the first one again: what training has changed of their loss is more
  /// than ten times what the modes may differ by.
  private func expectTraining(_ losses: [Double]) {
    #expect((losses[45] - losses[0]).magnitude >= 1e-3 * losses[0])
    #expect(losses[49] < losses[0])
  }
}

/// 50 steps on the images of a parity fixture, from its first weights.
private struct ShortTraining {
  private let graph: Graph
  private let images: [Float]
  private let labels: [Int]
  private let batch = 16

  init(_ name: String, _ edit: (Graph) throws -> Graph = { $0 }) throws {
    graph = try edit(ONNXFile.read(Fixture.parity(name, "initial.onnx").path).graph)
    images = try #require(NumPyFile.read(Fixture.parity(name, "x.npy").path).floats)
    labels = try #require(NumPyFile.read(Fixture.parity(name, "y.npy").path).integers)
  }

  /// - Parameter seed: moves each weight to the next Float, up or down, before the first step.
  func losses(rate: Float, mode: TrainingMode, movedBy seed: UInt64? = nil) throws -> [Double] {
    let session = try Session(graph, threads: 1)
    let run = try session.classification(
      batchSize: batch, imageShape: [3, 32, 32], isTraining: true, mode: mode)
    let units = run.executor.plan.computation.units
    #expect(units.contains { $0.decision == .online } == (mode == .online))
    if let seed {
      var generator = SeededGenerator(seed: seed)
      for parameter in run.parameters {
        let elements = session.store.elements(of: parameter)
        for index in elements.indices {
          let isUp = Bool.random(using: &generator)
          elements[index] = isUp ? elements[index].nextUp : elements[index].nextDown
        }
      }
      session.store.markChanged()
    }
    let optimizer = Optimizer(session)
    let descent = StochasticGradientDescent(
      learningRate: rate, momentum: 0.9, weightDecay: 5e-4)
    return try (0..<50).map { step in
      let first = step % (labels.count / batch) * batch
      let start = first * run.images.count / batch
      _ = run.images.update(fromContentsOf: images[start..<start + run.images.count])
      for index in 0..<batch { run.labels[index] = Int32(labels[first + index]) }
      let loss = try run().meanLoss
      optimizer.step(run, by: descent)
      return loss
    }
  }

  /// The largest difference of two losses of one step, relative to the second.
  static func distance(_ losses: [Double], _ others: [Double]) -> Double {
    zip(losses, others).reduce(0) { max($0, ($1.0 - $1.1).magnitude / $1.1.magnitude) }
  }
}

extension Graph {
  /// The graph with Softplus for ReLU and the average for the maximum of a window.
  fileprivate var smoothed: Graph {
    get throws {
      let smooth: [Name: Name] = ["Relu": "Softplus", "MaxPool": "AveragePool"]
      var builder = GraphBuilder(name: name, opset: opset)
      for port in inputs {
        builder.addInput(self[port.value].name, type: self[port.value].declaredType)
      }
      for (id, initializer) in initializers { builder.addInitializer(self[id].name, initializer) }
      for node in nodes {
        builder.addNode(
          name: node.name, type: smooth[node.type.name].map { OperatorType($0) } ?? node.type,
          attributes: node.attributes, inputs: node.inputs.map { $0.map { self[$0].name } ?? "" },
          outputs: node.outputs.map { $0.map { self[$0].name } ?? "" })
      }
      for port in outputs { builder.addOutput(self[port.value].name, type: nil) }
      return try builder.build()
    }
  }
}
