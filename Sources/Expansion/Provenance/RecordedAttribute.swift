import NetworkIR

/// An attribute in JSON, its value under the key of its type.
struct RecordedAttribute: Sendable, Hashable, Codable {
  var name: RecordedName
  var float: Float?
  var int: Int64?
  var string: RecordedName?
  var floats: [Float]?
  var ints: [Int64]?
  var strings: [RecordedName]?

  /// Nil for tensors and subgraphs, which no node that is expanded has.
  init?(_ name: Name, _ value: AttributeValue) {
    self.name = RecordedName(name)
    switch value {
    case .float(let value): float = value
    case .int(let value): int = value
    case .string(let value): string = RecordedName(Name(bytes: value))
    case .floats(let values): floats = values
    case .ints(let values): ints = values
    case .strings(let values): strings = values.map { RecordedName(Name(bytes: $0)) }
    case .tensor, .opaque: return nil
    }
  }

  /// Nil where no value was recorded.
  var value: AttributeValue? {
    if let float { return .float(float) }
    if let int { return .int(int) }
    if let string { return .string(string.name.bytes) }
    if let floats { return .floats(floats) }
    if let ints { return .ints(ints) }
    return strings.map { .strings($0.map(\.name.bytes)) }
  }
}
