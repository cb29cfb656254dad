import COnnx
import NetworkIR
import OrderedCollections
import TensorCore

/// Reads a document's messages as a model; every entity remembers its place in the document.
struct ModelReader {
  /// IR versions that are read; 3 is the first that ONNX 1.0 was released with.
  static let irVersions = 3...14
  /// Versions of ONNX's own operator set that are read. Operators are known from 6 on.
  static let opsets = 1...28

  private let document: ONNXDocument
  private let tensors: TensorDecoder
  private var file: String { document.file.path }

  init(_ document: ONNXDocument) {
    self.document = document
    tensors = TensorDecoder(document: document)
  }

  func read() throws(ONNXError) -> Model {
    let message = document.model.pointee
    guard let graph = message.graph else { throw .missingGraph(file: file) }
    let irVersion = Int(message.ir_version)
    guard Self.irVersions.contains(irVersion) else {
      throw .unsupportedIRVersion(file: file, version: irVersion, supported: Self.irVersions)
    }
    let opsets = Self.opsets(of: message)
    let opset = opsets[""] ?? opsets["ai.onnx"]
    if let opset, !Self.opsets.contains(opset) {
      throw .unsupportedOpset(file: file, version: opset, supported: Self.opsets)
    }
    return Model(
      irVersion: irVersion, opsets: opsets, graph: try read(graph.pointee, opset: opset),
      metadata: Self.metadata(message.metadata_props, message.n_metadata_props),
      source: document)
  }

  private func read(
    _ message: Onnx__GraphProto, opset: Int?
  ) throws(ONNXError) -> Graph {
    var builder = GraphBuilder(name: Name(message.name), opset: opset ?? 0)
    for (index, input) in Messages.list(message.input, message.n_input).enumerated() {
      builder.addInput(
        Name(input.pointee.name), type: ValueType(input.pointee.type), origin: index)
    }
    try readConstants(message, into: &builder)
    for (index, node) in Messages.list(message.node, message.n_node).enumerated() {
      try read(node.pointee, index, hasOpset: opset != nil, into: &builder)
    }
    for (index, output) in Messages.list(message.output, message.n_output).enumerated() {
      builder.addOutput(
        Name(output.pointee.name), type: ValueType(output.pointee.type), origin: index)
    }
    for (index, info) in Messages.list(message.value_info, message.n_value_info).enumerated() {
      builder.addValueInfo(
        Name(info.pointee.name), type: ValueType(info.pointee.type), origin: index)
    }
    do { return try builder.build() } catch { throw .invalidGraph(file: file, error) }
  }

  private func readConstants(
    _ message: Onnx__GraphProto, into builder: inout GraphBuilder
  ) throws(ONNXError) {
    let initializers = Messages.list(message.initializer, message.n_initializer)
    for (index, initializer) in initializers.enumerated() {
      let name = Name(initializer.pointee.name)
      do throws(TensorProblem) {
        if let tensor = try tensors.decode(initializer) {
          builder.addInitializer(name, Initializer(tensor, origin: index))
        } else {
          builder.addOpaqueConstant(name)
        }
      } catch { throw .initializer(file: file, name: name, index: index, problem: error) }
    }
    for sparse in Messages.list(message.sparse_initializer, message.n_sparse_initializer) {
      builder.addOpaqueConstant(Name(sparse.pointee.values?.pointee.name))
    }
  }

  private func read(
    _ message: Onnx__NodeProto, _ index: Int, hasOpset: Bool, into builder: inout GraphBuilder
  ) throws(ONNXError) {
    let name = Name(message.name)
    let type = OperatorType(
      Name(message.op_type), domain: Name(message.domain), overload: Name(message.overload))
    guard hasOpset || !type.isStandard else {
      throw .missingOpset(file: file, node: name, index: index)
    }
    let messages = Messages.list(message.attribute, message.n_attribute)
    let attributes: Attributes
    do {
      attributes = try AttributeDecoder(tensors: tensors).decode(messages)
    } catch { throw .node(file: file, name: name, index: index, problem: error) }
    builder.addNode(
      name: name, type: type, attributes: attributes,
      inputs: Messages.names(message.input, message.n_input),
      outputs: Messages.names(message.output, message.n_output),
      captures: Array(Captures.names(in: messages)),
      metadata: Self.metadata(message.metadata_props, message.n_metadata_props), origin: index)
  }

  /// Domains and versions; the first entry counts where a domain stands twice.
  private static func opsets(of message: Onnx__ModelProto) -> OrderedDictionary<Name, Int> {
    let entries = Messages.list(message.opset_import, message.n_opset_import)
    return OrderedDictionary(
      entries.map { (Name($0.pointee.domain), Int($0.pointee.version)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Metadata entries; the first counts where a key stands twice.
  static func metadata(
    _ start: UnsafeMutablePointer<UnsafeMutablePointer<Onnx__StringStringEntryProto>?>?,
    _ count: Int
  ) -> OrderedDictionary<Name, Name> {
    OrderedDictionary(
      Messages.list(start, count).map { (Name($0.pointee.key), Name($0.pointee.value)) },
      uniquingKeysWith: { first, _ in first })
  }
}
