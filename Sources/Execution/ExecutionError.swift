package import Kernels
package import NetworkIR
package import Rewriting

/// Why a network can't be run or trained.
package enum ExecutionError: Error, Sendable {
  /// An operator that this executor doesn't have; `detail` names the attribute or form.
  case unsupported(operator: OperatorType, node: Name, index: Int, detail: String?)
  case notDifferentiable(action: String, node: Name)
  /// A shape that stays unknown though the inputs' shapes are bound.
  case unknownShape(value: Name)
  /// A value that must be constant here and isn't.
  case notConstant(value: Name, node: Name)
  /// A tensor of a type that the executor doesn't compute with.
  case unsupportedElementType(value: Name, ValueType)
  case inputShape(name: Name, expected: [Dimension], given: [Int])
  /// The output that is to be trained is no [batch, classes].
  case outputShape(name: Name, [Int])
  case noTrainableParameters
  /// Training and evaluation take a network with one input.
  case inputCount([Name])
  /// A stored tensor with NaN among its elements.
  case notANumber(value: Name)
  case kernel(KernelError)
  case inference(InferenceError)
  /// What a node is given in a run has no result.
  case evaluation(node: Name, index: Int, type: OperatorType, OperatorFailure)
  case rewrite(PassError)
  /// One plan that there is no memory for.
  case outOfMemory(bytes: Int)
  /// A batch that needs more memory than is available, and the largest that doesn't.
  ///
  /// The bytes are nil where not even a plan of that batch could be made.
  case batchTooLarge(batchSize: Int, bytes: Int?, available: Int, largest: Int?)
}

extension ExecutionError {
  /// Whether there would be a run, had it more memory.
  package var isOutOfMemory: Bool {
    switch self {
    case .outOfMemory, .kernel(.engine(.outOfMemory)), .kernel(.layout(_, .outOfMemory)),
      .kernel(.primitive(_, shapes: _, .outOfMemory)), .kernel(.execution(_, .outOfMemory)):
      true
    default: false
    }
  }
}
