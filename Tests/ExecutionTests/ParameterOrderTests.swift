import Execution
import Foundation
import NetworkIR
import ONNXFormat
import TensorCore
import TestSupport
import Testing

/// Kernels that composition reads tap-major lie so while they are trained.
@Suite struct `The order of trained kernels in memory` {
  static let networks = ["cl-k3-r2", "ck-k5-r2-fc"]

  private func graph(_ name: String) throws -> Graph {
    try ONNXFile.read(Fixture.parity(name, "initial.onnx").path).graph
  }

  private func online(_ session: Session) throws -> ClassificationRun {
    try session.classification(
      batchSize: 4, imageShape: [3, 32, 32], isTraining: true, mode: .online)
  }

  /// Trained tensors [R, C, taps…] of more than one channel and tap.
  private func kernels(_ run: ClassificationRun, _ graph: Graph) throws -> [(Value.ID, Tensor)] {
    let kernels = try run.parameters.compactMap { value -> (Value.ID, Tensor)? in
      let tensor = try #require(graph.initializer(value)?.tensor)
      let taps = tensor.shape.dropFirst(2).reduce(1, *)
      return tensor.shape.count > 2 && tensor.shape[1] > 1 && taps > 1 ? (value, tensor) : nil
    }
    #expect(!kernels.isEmpty)
    return kernels
  }

  /// Composition is products, what adds up their taps, kernels with their biases beside them, and sums
  /// of biases. What may be moved before it is the gradient by the composed kernel.
  @Test(arguments: networks, [true, false])
  func `no step moves a factor, a product of some or a gradient of theirs into another order`(
    name: String, hasBiases: Bool
  ) throws {
    let graph = hasBiases ? try graph(name) : try withoutBiases(graph(name))
    let plan = try online(Session(graph)).executor.plan
    func action(_ step: PlannedStep) -> String { plan.computation.nodes[step.node].action.name }
    let composing = [
      "kernelProduct", "tapSum", "tapSpread", "biasJoin", "biasSplit", "binary",
    ]
    var makers: [Buffer.ID: String] = [:]
    for step in plan.steps {
      if step.name != "reorder" {
        for buffer in step.writes { makers[buffer] = action(step) }
      } else if composing.contains(action(step)) {
        let origin = plan.computation.nodes[step.node].origin
        for buffer in step.reads {
          #expect(makers[buffer]?.hasSuffix(".gradient.weights") == true, "\(origin)")
        }
        for buffer in step.writes {
          if case .result = plan.buffers[buffer.index].storage {
            Issue.record("a gradient is moved at \(origin)")
          }
        }
      }
    }
    #expect(makers.values.contains("kernelProduct"))
    #expect(makers.values.contains("binary") || !hasBiases)
    if name.hasPrefix("cl") { #expect(makers.values.contains("biasJoin") == hasBiases) }
  }

  /// The same network, its convolutions without their biases.
  private func withoutBiases(_ graph: Graph) throws -> Graph {
    var edited = graph
    for node in graph.nodes where node.type.name == "Conv" && node.inputs.count == 3 {
      var patch = GraphPatch()
      patch.remove(node.id)
      let outputs = patch.addNode(
        name: node.name, type: node.type, attributes: node.attributes,
        inputs: node.inputs.prefix(2).map { $0.map { .tap($0) } },
        outputs: node.outputs.map { $0.map { graph[$0].name } })
      patch.shunt(try #require(node.outputs[0]), to: try #require(outputs[0]))
      try edited.apply(patch)
    }
    return edited
  }

  @Test(arguments: networks)
  func `the store gives row-major elements of what lies channels innermost`(name: String) throws {
    let session = try Session(graph(name))
    let run = try online(session)
    for parameter in run.parameters {
      let floats = session.graph.initializer(parameter)?.tensor.floats
      #expect(session.store.rowMajor(parameter) == floats)
    }
    for (value, tensor) in try kernels(run, session.graph) {
      let floats = try #require(tensor.floats)
      let (channels, taps) = (tensor.shape[1], tensor.shape.dropFirst(2).reduce(1, *))
      let inMemory = floats.indices.map { index in
        let (place, channel) = index.quotientAndRemainder(dividingBy: channels)
        let (row, tap) = place.quotientAndRemainder(dividingBy: taps)
        return floats[(row * channels + channel) * taps + tap]
      }
      #expect(Array(session.store.elements(of: value)) == inMemory)
    }
  }

  @Test(arguments: networks)
  func `what is changed in memory is changed in the graph, and nothing else`(
    name: String
  ) throws {
    let session = try Session(graph(name))
    let run = try online(session)
    var changed: Set<Value.ID> = []
    for (value, tensor) in try kernels(run, session.graph) {
      changed.insert(value)
      let (channels, taps) = (tensor.shape[1], tensor.shape.dropFirst(2).reduce(1, *))
      let (row, channel, tap) = (tensor.shape[0] - 1, channels / 2, taps - 2)
      var expected = try #require(tensor.floats)
      expected[(row * channels + channel) * taps + tap] = 7
      session.store.elements(of: value)[(row * taps + tap) * channels + channel] = 7
      session.store.markChanged()
      let trained = try session.trainedGraph()
      #expect(trained.initializer(value)?.tensor.floats == expected)
      for other in run.parameters where !changed.contains(other) {
        let original = session.graph.initializer(other)?.tensor
        #expect(trained.initializer(other)?.tensor == original)
      }
    }
  }

  @Test(arguments: networks)
  func `evaluation computes the same whichever order training has chosen`(name: String) throws {
    let sessions = try [Session(graph(name)), Session(graph(name))]
    _ = try online(sessions[0])
    var generator = SeededGenerator(seed: 11)
    let images = (0..<4 * 3 * 32 * 32).map { _ in Float(generator.normal()) }
    let logits = try sessions.map { session in
      let run = try session.classification(
        batchSize: 4, imageShape: [3, 32, 32], isTraining: false)
      _ = run.images.update(fromContentsOf: images)
      for index in run.labels.indices { run.labels[index] = Int32(index) }
      _ = try run()
      return Array(run.logits)
    }
    #expect(logits[0] == logits[1])
    #expect(logits[0].contains { $0 != 0 })
  }
}
