package import NetworkIR

/// Which of a node's constants a reason is about.
package enum ParameterRole: String, Sendable, Hashable, Codable {
  case weight, bias
}

/// Why a node with weights stays as it is.
package enum SkipReason: Error, Sendable, Hashable {
  /// The options leave this kind of node alone: `--conv none`, `--fc 0`.
  case turnedOff
  /// The plan of units does not list the node, or asks for nothing.
  case leftByPlan
  /// The plan of units asks for a strategy that is for other nodes.
  case strategyUnsuitable(ExpansionStrategy)
  /// The plan of units asks to expand a node that has nothing to expand.
  case holdsNoWeights
  case excluded(pattern: String)
  case notIncluded
  /// The node makes the logits, which are never expanded.
  case makesLogits
  /// The node's attributes do not say what its operator does.
  case attributesUnreadable
  /// An attribute that could not be restored after the expansion.
  case attributeNotRecordable(Name)
  case inputMissing(index: Int)
  case notConstant(ParameterRole, Name, NotConstant)
  /// The operator multiplies by quantized weights.
  case computesIntegers
  /// It comes out of DequantizeLinear: it is stored as integers, which training can't move.
  case quantized(ParameterRole, Name)
  /// An initializer that is an input too: a caller may put another tensor in its place.
  case overridable(ParameterRole, Name)
  case isGraphOutput(ParameterRole, Name)
  /// Other nodes, named here, read the very same constant, not copies of it behind `Identity`.
  case shared(ParameterRole, Name, with: [Name])
  case unexpectedShape(ParameterRole, [Int])
  /// Kernel shape, strides, dilations and pads do not agree with the weight or are out of range.
  case windowUnusable
  /// Gemm's alpha is zero or not finite, so that no weight could be restored.
  case scaleUnusable(ParameterRole)
  /// MatMul multiplies the constant by its input, not the input by the constant.
  case weightIsFirst(Name)
  /// Neither factor of a MatMul is constant.
  case multipliesActivations
  /// A stack of matrices, each for another part of the input.
  case weightIsBatch([Int])
  /// Gemm, which alone transposes its input, has no form without C before opset 11.
  case gemmNeedsBias(opset: Int)
  case notExpandable(ExpansionRefusal)
}

/// Why a value is not the same in every run, or can't be read before one.
package enum NotConstant: Sendable, Hashable {
  /// A graph input that nothing stands for.
  case input(Name)
  /// Made by a node that is not evaluated before a run.
  case node(Name, OperatorType)
  /// Stored sparse, or as other than numbers.
  case stored(Name)
  /// Its nodes are invalid, or more than any weight comes from.
  case subgraph(Name, OperatorType)
}
