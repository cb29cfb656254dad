import Execution
import NetworkIR
import TestSupport
import Testing
import TensorCore
import Training

@Suite struct TrainingModeTests {
  /// x [N, 2] → BatchNormalization → logits, with running statistics far from the batch's.
  private func graph(trainingMode: Bool) throws -> Graph {
    var builder = GraphBuilder(name: "g", opset: 15)
    builder.addInput(
      "x", type: ValueType(.float, [.symbolic("n"), .fixed(2), .fixed(1), .fixed(1)]))
    for (name, values) in [
      ("scale", [1, 2]), ("shift", [0, 1]), ("mean", [3, -1]), ("variance", [4, 0.25]),
    ] as [(Name, [Float])] {
      builder.addInitializer(name, Initializer(Tensor(values, shape: [2])))
    }
    var normalization = BatchNormalization(epsilon: 0)
    normalization.trainingMode = trainingMode
    builder.addNode(
      name: "bn", .batchNormalization(normalization),
      inputs: ["x", "scale", "shift", "mean", "variance"],
      outputs: trainingMode ? ["y", "newMean", "newVariance"] : ["y"])
    builder.addNode(name: "flat", .flatten(Flatten()), inputs: ["y"], outputs: ["logits"])
    builder.addOutput("logits", type: nil)
    return try builder.build()
  }

  @Test(arguments: [false, true])
  func `evaluation goes by the running statistics whatever the exporter left`(
    trainingMode: Bool
  ) throws {
    let session = try Session(graph(trainingMode: trainingMode), threads: 1)
    let run = try session.classification(batchSize: 2, imageShape: [2, 1, 1], isTraining: false)
    _ = run.images.update(fromContentsOf: [5, 0, 1, -1])
    run.labels[0] = 0
    run.labels[1] = 1
    _ = try run()
    // (x − mean)/√variance·scale + shift: powers of two, exact.
    #expect(Array(run.logits) == [1, 5, -1, 1])
  }

  @Test func `a run as the file says goes by the batch where the exporter left it so`() throws {
    let session = try Session(graph(trainingMode: true), threads: 1)
    let run = try session.inference(
      inputShapes: [session.graph.requiredInputs[0]: [2, 2, 1, 1]])
    // Means 3 and −1/2, variances 4 and 1/4: the normalised are ±1, exact.
    #expect(try run([[5, 0, 1, -1]]) == [Tensor([1, 3, -1, -1] as [Float], shape: [2, 2])])
  }
}
