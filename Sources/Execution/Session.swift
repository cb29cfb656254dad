import Expansion
package import Kernels
package import NetworkIR
import Rewriting
import TensorCore

/// A network that can be run, evaluated and trained: its parameters, and plans made on demand.
package final class Session {
  /// The network, each use of a shared initializer an initializer of its own.
  package let graph: Graph
  package let store = ParameterStore()
  /// What the random numbers of training runs come from.
  package let noise = Noise()
  /// What all plans were made for, and run on.
  package let engine: ComputeEngine

  /// - Parameter threads: nil leaves the number to the OpenMP runtime: all cores.
  package init(_ graph: Graph, threads: Int? = nil) throws(ExecutionError) {
    var untied = graph
    do { try FixpointPass(UntieSharedInitializers()).run(on: &untied) } catch {
      throw .rewrite(error)
    }
    self.graph = untied
    do { engine = try ComputeEngine(threads: threads) } catch { throw .kernel(error) }
  }

  /// Prepares to compute all outputs in inference mode.
  ///
  /// - Parameter inputShapes: the extents of the inputs whose declaration leaves some open.
  package func inference(
    inputShapes: [Value.ID: [Int]] = [:]
  ) throws(ExecutionError) -> InferenceRun {
    let lowering = try lowering(
      inputShapes, outputs: graph.outputs.map(\.value), mode: .inference)
    let executor = try executor(
      lowering, inputs: lowering.inputs.map(\.tensor), propagation: .inference)
    return InferenceRun(
      executor: executor,
      inputs: lowering.inputs.map { ($0.value, lowering.computation[$0.tensor]) },
      outputs: lowering.results.map { result in
        switch result {
        case .known(let tensor): .known(tensor)
        case .computed(let index, let type):
          .computed(
            index: index, lowering.computation[lowering.computation.outputs[index]], type)
        }
      })
  }

  /// The mean softmax cross-entropy of a batch, and in training its gradients, as a computation.
  ///
  /// Outside training, batch normalisation goes by the running statistics, even where an exporter
  /// left the node in training mode.
  ///
  /// - Parameters:
  ///   - imageShape: [C, H, W] of the images of input 0.
  ///   - correctsRunningVariance: PyTorch's unbiased running variance instead of ONNX's.
  ///   - mode: how factors are trained; means nothing outside training.
  func classificationProblem(
    batchSize: Int, imageShape: [Int], isTraining: Bool, correctsRunningVariance: Bool = true,
    mode: TrainingMode = .automatic
  ) throws(ExecutionError) -> ClassificationProblem {
    let inputs = graph.requiredInputs
    guard inputs.count == 1, let output = graph.outputs.first?.value else {
      throw .inputCount(inputs.map { graph[$0].name })
    }
    let input = inputs[0]
    var lowering = try lowering(
      [input: [batchSize] + imageShape], outputs: [output],
      mode: isTraining ? .training : .evaluation,
      correctsRunningVariance: correctsRunningVariance)
    let logits = lowering.computation.outputs[0]
    let logitsShape = lowering.computation.shape(logits)
    guard logitsShape.count == 2, logitsShape[0] == batchSize else {
      throw .outputShape(name: graph[output].name, logitsShape)
    }
    guard lowering.inputs.count == 1 else {
      throw .unsupportedElementType(
        value: graph[input].name, graph[input].declaredType ?? .unknown)
    }
    let labels = lowering.computation.addTensor([batchSize], .input, name: "labels")
    let results = lowering.computation.add(
      CrossEntropyLoss(), [logits, labels], shapes: [[4], logitsShape], origin: "loss")
    lowering.computation.outputs = [results[0], logits]
    if isTraining {
      lowering.computation.contractOnline(mode)
      lowering.computation.separateWidePadding()
      try lowering.computation.differentiate(from: logits, seed: results[1])
    }
    return ClassificationProblem(
      lowering: lowering, inputs: [lowering.inputs[0].tensor, labels],
      propagation: isTraining ? .training : .inference, classes: logitsShape[1])
  }

  /// The graph with the stored tensors in place of those that training changed.
  package func trainedGraph() throws(PatchError) -> Graph {
    var patch = GraphPatch()
    for value in store.values {
      guard let old = graph.initializer(value)?.tensor else { continue }
      let elements = store.rowMajor(value)
      guard old.floats != elements,
        let tensor = Tensor(
          rounding: elements.map(Double.init), to: old.elementType, shape: old.shape)
      else { continue }
      patch.replaceInitializer(value, with: tensor)
    }
    var trained = graph
    if !patch.isEmpty { try trained.apply(patch) }
    return trained
  }

  /// The graph lowered with those extents of its inputs, which must fit what it declares.
  func lowering(
    _ inputShapes: [Value.ID: [Int]], outputs: [Value.ID], mode: RunMode,
    correctsRunningVariance: Bool = true
  ) throws(ExecutionError) -> Lowering {
    try check(inputShapes)
    // The elements of all as they are computed with and on their way there; what is stored stays.
    let elements = graph.initializerElementCount
    let copies = store.values.isEmpty ? 3 : 2
    let byteCount = copies * elements * MemoryLayout<Float>.size
    guard AddressSpace.hasRoom(for: byteCount) else { throw .outOfMemory(bytes: byteCount) }
    var lowering = try Lowering(
      graph, inputShapes: inputShapes, outputs: outputs, mode: mode,
      correctsRunningVariance: correctsRunningVariance, noise: noise)
    lowering.computation.joinRectifiers(in: mode)
    return lowering
  }

  /// Plans the lowered computation and prepares it to run.
  func executor(
    _ lowering: Lowering, inputs: [Computation.TensorID], propagation: Propagation
  ) throws(ExecutionError) -> Executor {
    let plan = try plan(lowering, inputs: inputs, propagation: propagation)
    guard AddressSpace.hasRoom(for: plan.arenaByteCount) else {
      throw .outOfMemory(bytes: plan.arenaByteCount)
    }
    // Where the system promises more memory than there is, it kills who takes it at its word.
    if let available = AvailableMemory.byteCount, plan.arenaByteCount > available {
      throw .outOfMemory(bytes: plan.arenaByteCount)
    }
    return try Executor(plan, store: store, engine: engine)
  }

  /// Plans the lowered computation, its parameters stored.
  func plan(
    _ lowering: Lowering, inputs: [Computation.TensorID], propagation: Propagation
  ) throws(ExecutionError) -> ExecutionPlan {
    let tapMajor = lowering.computation.tapMajorParameters
    for (value, shape, elements) in lowering.stored {
      store.add(
        value, elements, shape: shape, order: tapMajor.contains(value) ? .tapMajor : .plain)
    }
    return try ExecutionPlan(
      lowering.computation, inputs: inputs, propagation: propagation, engine: engine,
      parameterOrder: store.order)
  }

  private func check(_ shapes: [Value.ID: [Int]]) throws(ExecutionError) {
    for (value, shape) in shapes {
      guard let declared = graph[value].declaredType?.dimensions else { continue }
      let fits =
        declared.count == shape.count
        && zip(declared, shape).allSatisfy { $0.extent == nil || $0.extent == $1 }
      if !fits { throw .inputShape(name: graph[value].name, expected: declared, given: shape) }
    }
  }
}
