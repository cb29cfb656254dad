package import NetworkIR

/// Why a file is no model that can be read here, or a model can't be written.
package enum ONNXError: Error, Hashable, Sendable {
  /// The bytes are no message of the format, which shows at `offset`.
  case malformed(file: String, offset: Int, fault: WireFault)
  /// A model without a graph.
  case missingGraph(file: String)
  case unsupportedIRVersion(file: String, version: Int, supported: ClosedRange<Int>)
  /// A version of ONNX's own operator set outside of what is known here.
  case unsupportedOpset(file: String, version: Int, supported: ClosedRange<Int>)
  /// A node of ONNX's own operator set, and no `opset_import` that gives its version.
  case missingOpset(file: String, node: Name, index: Int)
  /// An initializer that can't be read.
  case initializer(file: String, name: Name, index: Int, problem: TensorProblem)
  /// A tensor outside of the file, used somewhere in the model, that can't be read.
  case externalTensor(file: String, name: Name, problem: TensorProblem)
  /// A node that can't be read.
  case node(file: String, name: Name, index: Int, problem: NodeProblem)
  /// Names that are defined twice, not at all, or too late.
  case invalidGraph(file: String, VerificationError)
  /// More than 2^31 − 1 bytes in one file, which no reader takes; external data would be needed.
  case tooLarge(bytes: Int)
  /// The file that would be written holds external data of the model that was read.
  case wouldOverwriteData(path: String)
}

/// What makes a node unreadable.
package enum NodeProblem: Error, Hashable, Sendable {
  case duplicateAttribute(Name)
  case tensor(attribute: Name, TensorProblem)
}
