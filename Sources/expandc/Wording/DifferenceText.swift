import NetworkIR
import TensorCore

/// One difference of structure or metadata: what it concerns, and what either model has there.
struct DifferenceText: Encodable {
  /// What differs, as “operator” or “attribute 'pads'”.
  let what: String
  let sign: DiffSign
  /// The value, entry or node that it concerns; null where it concerns the whole model.
  let at: String?
  let first: String?
  let second: String?

  private init(
    _ sign: DiffSign, _ what: String, at name: Name?, _ first: String?, _ second: String?
  ) {
    self.sign = sign
    self.what = what
    at = name?.description
    self.first = first
    self.second = second
  }

  /// The sign, what differs, and what the models have there.
  var line: String {
    let subject = "\(sign.rawValue) \(what)" + (at.map { " at '\($0)'" } ?? "")
    let sides = [first, second].compactMap(\.self)
    return "\(subject): \(sides.joined(separator: " → "))".printable
  }
}

extension DifferenceText {
  init(_ difference: StructureDifference) {
    let sign = difference.sign
    func side(_ operand: DiffOperand, _ text: String) -> (String?, String?) {
      operand == .first ? (text, nil) : (nil, text)
    }
    switch difference {
    case .portOnlyIn(let operand, let port, let name):
      let (first, second) = side(operand, name.description)
      self.init(sign, port.rawValue, at: nil, first, second)
    case .portOrder(let port):
      self.init(sign, "order of the \(port.rawValue)s", at: nil, "one order", "another order")
    case .declaredType(let value, let a, let b):
      self.init(sign, "declared type", at: value, a?.sentence, b?.sentence)
    case .nodeOnlyIn(let operand, let output, let node, let type):
      let (first, second) = side(operand, node.isEmpty ? "\(type)" : "\(type) '\(node)'")
      self.init(sign, "node", at: output, first, second)
    case .nodeName(let output, let a, let b):
      self.init(sign, "node name", at: output, "'\(a)'", "'\(b)'")
    case .nodeOperator(let output, let a, let b):
      self.init(sign, "operator", at: output, a.description, b.description)
    case .nodeInput(let output, let index, let a, let b):
      self.init(sign, "input \(index)", at: output, a.map { "'\($0)'" }, b.map { "'\($0)'" })
    case .nodeOutput(let output, let index, let a, let b):
      self.init(sign, "output \(index)", at: output, a.map { "'\($0)'" }, b.map { "'\($0)'" })
    case .nodeAttribute(let output, let attribute, let a, let b):
      self.init(sign, "attribute '\(attribute)'", at: output, a?.sentence, b?.sentence)
    }
  }

  init(_ difference: MetadataDifference) {
    let sign = difference.sign
    switch difference {
    case .irVersion(let a, let b): self.init(sign, "IR version", at: nil, "\(a)", "\(b)")
    case .graphName(let a, let b): self.init(sign, "graph name", at: nil, "'\(a)'", "'\(b)'")
    case .opset(let domain, let a, let b):
      self.init(
        sign, "opset of \(domain.isEmpty ? "ai.onnx" : domain.description)", at: nil,
        a.map(String.init), b.map(String.init))
    case .entry(let key, let a, let b):
      self.init(sign, "metadata", at: key, a?.excerpt, b?.excerpt)
    case .nodeEntry(let output, let key, let a, let b):
      self.init(sign, "node metadata '\(key)'", at: output, a?.excerpt, b?.excerpt)
    }
  }
}

extension Name {
  /// The text, its end left out where it is long.
  fileprivate var excerpt: String { "'\(description.truncated(to: 60))'" }
}

extension AttributeValue {
  fileprivate var sentence: String {
    switch self {
    case .float(let value): "\(value)"
    case .int(let value): "\(value)"
    case .string(let bytes): "'\(String(decoding: bytes, as: UTF8.self))'"
    case .tensor(let tensor):
      "a tensor, \(ValueType(tensor.elementType, shape: tensor.shape).sentence)"
    case .floats(let values): "\(values)".truncated(to: 60)
    case .ints(let values): "\(values)".truncated(to: 60)
    case .strings(let values):
      "\(values.map { String(decoding: $0, as: UTF8.self) })".truncated(to: 60)
    case .opaque(let bytes): "\(bytes.count.grouped) bytes"
    }
  }
}
