import Kernels
package import NetworkIR

extension Session {
  /// Prepares the gradients of Σ seed·output by every parameter, in training mode: what checks of
  /// differentiation and losses outside the graph build on.
  ///
  /// `output` is the graph's first output, of any shape; the seed is given to each run.
  ///
  /// - Parameters:
  ///   - inputShapes: the extents of the inputs whose declaration leaves some open.
  ///   - mode: how factors are trained.
  package func vectorJacobian(
    inputShapes: [Value.ID: [Int]] = [:], mode: TrainingMode = .automatic
  ) throws(ExecutionError) -> GradientRun {
    guard let output = graph.outputs.first?.value else { throw .noTrainableParameters }
    var lowering = try lowering(inputShapes, outputs: [output], mode: .training)
    let result = lowering.computation.outputs[0]
    let shape = lowering.computation.shape(result)
    let seed = lowering.computation.addTensor(shape, .input, name: "seed")
    lowering.computation.contractOnline(mode)
    lowering.computation.separateWidePadding()
    try lowering.computation.differentiate(from: result, seed: seed)
    let executor = try executor(
      lowering, inputs: lowering.inputs.map(\.tensor) + [seed], propagation: .training)
    return GradientRun(
      executor: executor, inputs: lowering.inputs.map(\.value), outputShape: shape,
      parameters: lowering.computation.gradients.map(\.parameter), store: store)
  }
}
