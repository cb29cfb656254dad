import Kernels
package import NetworkIR

/// The computation of a batch's loss, ready to be planned.
struct ClassificationProblem {
  let lowering: Lowering
  /// The images and the labels.
  let inputs: [Computation.TensorID]
  let propagation: Propagation
  let classes: Int
}

extension Session {
  /// Prepares the mean softmax cross-entropy of a batch, and in training its gradients.
  ///
  /// Parameters are those of `classificationProblem`.
  package func classification(
    batchSize: Int, imageShape: [Int], isTraining: Bool, correctsRunningVariance: Bool = true,
    mode: TrainingMode = .automatic
  ) throws(ExecutionError) -> ClassificationRun {
    let problem = try classificationProblem(
      batchSize: batchSize, imageShape: imageShape, isTraining: isTraining,
      correctsRunningVariance: correctsRunningVariance, mode: mode)
    let executor = try executor(
      problem.lowering, inputs: problem.inputs, propagation: problem.propagation)
    return ClassificationRun(
      executor: executor, batchSize: batchSize, classes: problem.classes,
      parameters: problem.lowering.computation.gradients.map(\.parameter))
  }

  /// The bytes of the arena that `classification` would run in, found by planning it.
  package func classificationByteCount(
    batchSize: Int, imageShape: [Int], isTraining: Bool, mode: TrainingMode = .automatic
  ) throws(ExecutionError) -> Int {
    let problem = try classificationProblem(
      batchSize: batchSize, imageShape: imageShape, isTraining: isTraining, mode: mode)
    return try plan(
      problem.lowering, inputs: problem.inputs, propagation: problem.propagation
    ).arenaByteCount
  }

  /// The bytes of the arena that `inference` would run in, found by planning it.
  package func inferenceByteCount(
    inputShapes: [Value.ID: [Int]]
  ) throws(ExecutionError) -> Int {
    let lowering = try lowering(
      inputShapes, outputs: graph.outputs.map(\.value), mode: .inference)
    return try plan(lowering, inputs: lowering.inputs.map(\.tensor), propagation: .inference)
      .arenaByteCount
  }
}
