package import NetworkIR
package import TensorCore

/// A network prepared to compute its first output and the gradients of Σ seed·output, in training
/// mode.
package final class GradientRun {
  package let executor: Executor
  /// The inputs that a run must be given, in the graph's order.
  package let inputs: [Value.ID]
  package let outputShape: [Int]
  /// The trainable tensors that the output depends on; gradient i is that of parameter i.
  package let parameters: [Value.ID]
  private let store: ParameterStore

  init(
    executor: Executor, inputs: [Value.ID], outputShape: [Int], parameters: [Value.ID],
    store: ParameterStore
  ) {
    self.executor = executor
    self.store = store
    self.inputs = inputs
    self.outputShape = outputShape
    self.parameters = parameters
  }

  /// Computes the output and the gradients by `parameters`, row-major; updates running statistics.
  ///
  /// - Parameters:
  ///   - tensors: one Float array for each of `inputs`, row-major, of the bound extents.
  ///   - seed: as many elements as the output has.
  package func callAsFunction(
    _ tensors: [[Float]] = [], seed: [Float]
  ) throws(ExecutionError) -> (output: Tensor, gradients: [[Float]]) {
    for (index, elements) in (tensors + [seed]).enumerated() {
      _ = executor.input(index).update(fromContentsOf: elements)
    }
    try executor.run()
    let output = Tensor(
      Array(executor.output(0).prefix(outputShape.reduce(1, *))), shape: outputShape)
    return (output, parameters.enumerated().map { store.rowMajor(executor.gradient($0), as: $1) })
  }
}
