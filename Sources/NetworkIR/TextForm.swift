import OrderedCollections
import TensorCore

/// A readable listing of a graph, one line for each input, constant, node and output.
///
///     graph main opset 17
///     input %x: float[batch,3,32,32]
///     constant %w: float[8,3,7,7]
///     %p: float[batch,8,26,26] = Conv(%x, %w) {kernel_shape=[7,7]} "conv1"
///     output %p
///
/// Attributes stand as the file spells them. Types are the inferred ones, or the declared ones of
/// a graph whose shapes don't fit together; `?` where nothing is known, `_` for what is left out.
/// In quotes, the node's name.
package struct TextForm: CustomStringConvertible, Sendable {
  package let description: String

  package init(_ graph: Graph) {
    let inference = try? ShapeInference(graph)
    func value(_ id: Value.ID) -> String { "%\(graph[id].name)" }
    func typed(_ id: Value.ID) -> String {
      let type = inference.map { $0.type(of: id) } ?? graph[id].declaredType
      return "\(value(id)): \(type.map(\.description) ?? "?")"
    }
    func list(_ ids: [Value.ID?], _ form: (Value.ID) -> String) -> String {
      ids.map { $0.map(form) ?? "_" }.joined(separator: ", ")
    }
    var lines = ["graph \(graph.name) opset \(graph.opset)"]
    lines += graph.inputs.map { "input \(typed($0.value))" }
    lines += graph.initializers.map { id, initializer in
      let tensor = initializer.tensor
      return "constant \(value(id)): \(ValueType(tensor.elementType, shape: tensor.shape))"
    }
    lines += graph.opaqueConstants.map(value).sorted().map { "constant \($0): ?" }
    for node in graph.nodes {
      var line = list(node.outputs, typed)
      line += " = \(node.type)(\(list(node.inputs, value)))"
      if !node.attributes.isEmpty {
        line += " {"
        line += node.attributes.map { "\($0.key)=\($0.value)" }.joined(separator: ", ") + "}"
      }
      if !node.captures.isEmpty { line += " captures " + list(node.captures, value) }
      if !node.name.isEmpty { line += " \"\(node.name)\"" }
      lines.append(line)
    }
    lines += graph.outputs.map { "output \(value($0.value))" }
    description = lines.joined(separator: "\n")
  }
}

extension ValueType: CustomStringConvertible {
  package var description: String {
    guard isTensor else { return "other" }
    let element = elementType == .undefined ? "?" : "\(elementType)"
    guard let dimensions else { return element }
    return "\(element)[\(dimensions.map(\.description).joined(separator: ","))]"
  }
}

extension AttributeValue: CustomStringConvertible {
  /// The value as a literal; of tensors the type, and the elements where they are few.
  package var description: String {
    func list(_ elements: [String]) -> String { "[\(elements.joined(separator: ","))]" }
    func text(_ bytes: [UInt8]) -> String { "\"\(Name(bytes: bytes))\"" }
    switch self {
    case .float(let value): return "\(value)"
    case .int(let value): return "\(value)"
    case .string(let bytes): return text(bytes)
    case .floats(let values): return list(values.map(\.description))
    case .ints(let values): return list(values.map(\.description))
    case .strings(let values): return list(values.map(text))
    case .opaque(let bytes): return "<\(bytes.count) bytes>"
    case .tensor(let tensor):
      let type = "\(ValueType(tensor.elementType, shape: tensor.shape))"
      guard tensor.elementCount <= 8 else { return type }
      if let integers = tensor.integers { return type + list(integers.map(\.description)) }
      return type + (tensor.doubles.map { list($0.map(\.description)) } ?? "")
    }
  }
}
