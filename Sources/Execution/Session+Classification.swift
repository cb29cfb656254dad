import Kernels
package import NetworkIR
import TensorCore

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

  /// The bytes that `classification` would take beside its parameters, found by planning it.
  package func classificationByteCount(
    batchSize: Int, imageShape: [Int], isTraining: Bool, mode: TrainingMode = .automatic
  ) throws(ExecutionError) -> Int {
    let problem = try classificationProblem(
      batchSize: batchSize, imageShape: imageShape, isTraining: isTraining, mode: mode)
    return try byteCount(problem.lowering, problem.inputs, problem.propagation)
  }

  /// The bytes that `inference` would take beside its parameters, found by planning it.
  package func inferenceByteCount(
    inputShapes: [Value.ID: [Int]]
  ) throws(ExecutionError) -> Int {
    let lowering = try lowering(
      inputShapes, outputs: graph.outputs.map(\.value), mode: .inference)
    return try byteCount(lowering, lowering.inputs.map(\.tensor), .inference)
  }

  /// The arena's bytes, and where addresses are limited those that the code of its primitives takes:
  /// each keeps a quarter of a megabyte, however short it is.
  private func byteCount(
    _ lowering: Lowering, _ inputs: [Computation.TensorID], _ propagation: Propagation
  ) throws(ExecutionError) -> Int {
    guard AddressSpace.limit != nil else {
      return try plan(lowering, inputs: inputs, propagation: propagation).arenaByteCount
    }
    ComputeEngine.forgetPrimitives()
    AddressSpace.trim()
    let before = (AddressSpace.used ?? 0) - store.byteCount
    let plan = try plan(lowering, inputs: inputs, propagation: propagation)
    let code = (AddressSpace.used ?? 0) - store.byteCount - before
    return plan.arenaByteCount + max(0, code)
  }
}
