import COnnx
import NetworkIR

/// Where a tensor's bytes lie outside of the model file, as its `external_data` entries say.
struct ExternalReference {
  let location: Name
  let offset: Int
  let length: Int?

  init(_ message: UnsafePointer<Onnx__TensorProto>) throws(ExternalProblem) {
    var values: [Name: Name] = [:]
    let entries = Messages.list(message.pointee.external_data, message.pointee.n_external_data)
    for entry in entries {
      let key = Name(entry.pointee.key)
      guard ["location", "offset", "length", "checksum"].contains(key) else {
        throw .unknownKey(key)
      }
      guard values.updateValue(Name(entry.pointee.value), forKey: key) == nil else {
        throw .duplicateKey(key)
      }
    }
    guard let location = values["location"], !location.isEmpty else { throw .missingLocation }
    self.location = location
    offset = try Self.number("offset", in: values) ?? 0
    length = try Self.number("length", in: values)
  }

  /// A decimal integer in 0..<2^63, digits only.
  private static func number(
    _ key: Name, in values: [Name: Name]
  ) throws(ExternalProblem) -> Int? {
    guard let value = values[key] else { return nil }
    let isDecimal = value.bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isDecimal, let number = Int(value.description) else {
      throw .invalidNumber(key: key, value: value)
    }
    return number
  }
}
