import Kernels
package import NetworkIR
package import TensorCore

/// A network prepared to compute its outputs, in inference mode.
package final class InferenceRun {
  package let executor: Executor
  /// The inputs that a run must be given, in the graph's order.
  package let inputs: [Value.ID]
  private let outputs: [Output]

  /// The tensors of the plan that the inputs are.
  private let entries: [Computation.Entry]

  /// Where one output of the graph comes from.
  enum Output {
    /// Output `index` of the executor, held as the entry says, for elements of the type.
    case computed(index: Int, Computation.Entry, ElementType)
    case known(Tensor)
  }

  init(
    executor: Executor, inputs: [(value: Value.ID, entry: Computation.Entry)], outputs: [Output]
  ) {
    self.executor = executor
    self.inputs = inputs.map(\.value)
    entries = inputs.map(\.entry)
    self.outputs = outputs
  }

  /// Computes the outputs, in the graph's order.
  ///
  /// - Parameter tensors: one Float array for each of `inputs`, row-major, of the bound extents;
  ///   an input of another type is given the elements of that type that are these numbers.
  package func callAsFunction(_ tensors: [[Float]]) throws(ExecutionError) -> [Tensor] {
    for (index, elements) in tensors.enumerated() {
      guard entries[index].elementType != .float else {
        _ = executor.input(index).update(fromContentsOf: elements)
        continue
      }
      fill(
        index,
        with: Tensor(computed: elements, as: entries[index].elementType, shape: [elements.count]))
    }
    try executor.run()
    return outputs.map(result)
  }

  /// As above, of tensors that have the inputs' element types.
  package func callAsFunction(exact tensors: [Tensor]) throws(ExecutionError) -> [Tensor] {
    for (index, tensor) in tensors.enumerated() {
      guard tensor.elementType == entries[index].elementType else {
        throw .unsupportedElementType(
          value: entries[index].name, ValueType(tensor.elementType, shape: tensor.shape))
      }
      fill(index, with: tensor)
    }
    try executor.run()
    return outputs.map(result)
  }

  private func fill(_ index: Int, with tensor: Tensor) {
    let memory = executor.inputBytes(index)
    tensor.storage.withBytes { memory.copyMemory(from: .init(rebasing: $0.prefix(memory.count))) }
  }

  private func result(_ output: Output) -> Tensor {
    switch output {
    case .known(let tensor): return tensor
    case .computed(let index, let entry, let type):
      guard entry.elementType == .float else {
        let bytes = executor.outputBytes(index).prefix(entry.byteCount)
        return Tensor(
          elementType: entry.elementType, shape: entry.shape, storage: TensorStorage(bytes))
      }
      let elements = Array(executor.output(index).prefix(entry.shape.reduce(1, *)))
      return Tensor(computed: elements, as: type, shape: entry.shape)
    }
  }
}

/// A network prepared to compute the loss of a batch, and in training its gradients.
package final class ClassificationRun {
  package let executor: Executor
  package let batchSize: Int
  package let classes: Int
  /// The trainable tensors; gradient i is that of parameter i.
  package let parameters: [Value.ID]
  private let gradients: [UnsafeBufferPointer<Float>]

  init(executor: Executor, batchSize: Int, classes: Int, parameters: [Value.ID]) {
    self.executor = executor
    self.batchSize = batchSize
    self.classes = classes
    self.parameters = parameters
    gradients = parameters.indices.map(executor.gradient)
  }

  /// [batchSize, C, H, W], to be written before a run.
  package var images: UnsafeMutableBufferPointer<Float> { executor.input(0) }

  /// Class indices [batchSize], to be written before a run; requires 0 ≤ label < classes.
  package var labels: UnsafeMutableBufferPointer<Int32> {
    let bits = executor.input(1)
    return UnsafeMutableBufferPointer(
      start: UnsafeMutableRawPointer(bits.baseAddress!).assumingMemoryBound(to: Int32.self),
      count: batchSize)
  }

  /// The logits [batchSize, classes] of the last run.
  package var logits: UnsafeBufferPointer<Float> { executor.output(1) }

  /// The gradient by parameter `index`, as the last run left it; its elements lie as the parameter's
  /// do in the store.
  package func gradient(_ index: Int) -> UnsafeBufferPointer<Float> { gradients[index] }

  /// The first parameter whose gradient, as the last run left it, is not finite.
  ///
  /// A gradient by weights is a sum of products with all that the node read and of all that came
  /// back to it, so NaN shows in it that a rectifier hid from the loss.
  package func firstNotFiniteGradient() -> Value.ID? {
    let areFinite = gradients.withUnsafeBufferPointer(FiniteCheck.areFinite)
    if areFinite { return nil }
    return parameters.indices.first { !gradient($0).isFinite }.map { parameters[$0] }
  }

  /// The first output or gradient that is not finite, found by running the batch again; after
  /// `Noise.repeatStep` it draws the same random numbers.
  package func firstNotFiniteOutput() throws(ExecutionError) -> NotFiniteOutput? {
    try executor.firstNotFinite()
  }

  /// Runs forward and, in training, backward; updates running statistics in training.
  package func callAsFunction() throws(ExecutionError) -> (meanLoss: Double, correct: Int) {
    try executor.run()
    let results = UnsafeRawPointer(executor.output(0).baseAddress!)
      .assumingMemoryBound(to: Double.self)
    return (results[0], Int(results[1]))
  }
}
