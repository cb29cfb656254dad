import NetworkIR
import ONNXFormat

extension ONNXError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .malformed(let file, let offset, let fault):
      return Diagnostic(
        .malformed, "\(file.asInput) is no ONNX model: \(fault.sentence)", at: "at byte \(offset)",
        next: fault == .empty || fault == .truncated
          ? "copy or export the file again" : "give the path of an .onnx file, or export it again")
    case .missingGraph(let file):
      return Diagnostic(
        .malformed, "\(file.asInput) has no graph", next: "check that it is an ONNX model")
    case .unsupportedIRVersion(let file, let version, let supported):
      return Diagnostic(
        .unsupported, "\(file.asInput) has IR version \(version)",
        next: "export it with \(supported.lowerBound) to \(supported.upperBound)")
    case .unsupportedOpset(let file, let version, let supported):
      return Diagnostic(
        .unsupported, "\(file.asInput) has opset \(version)",
        next: "export it with opset \(supported.lowerBound) to \(supported.upperBound)")
    case .missingOpset(let file, let node, let index):
      return Diagnostic(
        .malformed, "no opset_import says which version of ONNX's operators is meant",
        at: "\(file.asInput), \(place(of: node, index))")
    case .initializer(let file, let name, let index, let problem):
      return problem.diagnostic.within("\(file.asInput), initializer '\(name)' (\(index))")
    case .externalTensor(let file, let name, let problem):
      return problem.diagnostic.within("\(file.asInput), external tensor '\(name)'")
    case .node(let file, let name, let index, let problem):
      return problem.diagnostic.within("\(file.asInput), \(place(of: name, index))")
    case .invalidGraph(let file, let error):
      return error.diagnostic.within(file.asInput)
    case .tooLarge(let bytes):
      return Diagnostic(
        .unsupported,
        "the model would take \(bytes.grouped) bytes in one file, of at most 2^31 − 1",
        next: "start from a model whose weights are external data")
    case .wouldOverwriteData(let path):
      return Diagnostic(
        .usage, "the output would overwrite \(path), which holds the input's weights",
        next: "choose another name with -o")
    }
  }
}

extension String {
  /// The path of an input as people call it.
  var asInput: String { self == "-" ? "standard input" : self }
}

extension WireFault {
  fileprivate var sentence: String {
    switch self {
    case .empty: "it is empty"
    case .truncated: "it ends in the middle of a field"
    case .varintTooLong: "a number has too many bytes"
    case .tooLong: "a field is longer than 2^31 − 1 bytes"
    case .invalidTag: "a tag is none of the wire format's"
    case .wireTypeMismatch(let message, let field):
      "\(message).\(field) is of the wrong wire type"
    case .stringWithNUL(let message, let field): "\(message).\(field) contains a NUL byte"
    case .tooDeep: "messages are nested too deeply"
    case .unparsable: "its fields make no model"
    }
  }
}

extension NodeProblem: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .duplicateAttribute(let name):
      Diagnostic(.malformed, "the attribute '\(name)' is given twice")
    case .tensor(let attribute, let problem):
      problem.diagnostic.within("attribute '\(attribute)'")
    }
  }
}

extension TensorProblem: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .negativeExtent(let extent):
      Diagnostic(.malformed, "a tensor has the extent \(extent)")
    case .tooLarge(let shape):
      Diagnostic(.malformed, "a tensor of \(shape.byTimes) is too large")
    case .byteCount(let found, let expected):
      Diagnostic(
        .malformed, "raw_data has \(found.grouped) bytes where its shape takes \(expected.grouped)")
    case .elementCount(let field, let found, let expected):
      Diagnostic(
        .malformed,
        "\(field) has \(found.grouped) elements where its shape takes \(expected.grouped)")
    case .elementOutOfRange(let field, let index):
      Diagnostic(.malformed, "element \(index) of \(field) does not fit its type")
    case .external(let problem):
      problem.diagnostic
    }
  }
}
