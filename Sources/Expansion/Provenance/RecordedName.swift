import Foundation
import NetworkIR

/// A name in JSON: a string, or {"base64": …} where it is not UTF-8.
struct RecordedName: Sendable, Hashable, Codable {
  let name: Name

  init(_ name: Name) {
    self.name = name
  }

  private enum Key: CodingKey {
    case base64
  }

  init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      name = Name(text)
    } else {
      name = Name(
        bytes: try decoder.container(keyedBy: Key.self).decode(Data.self, forKey: .base64))
    }
  }

  func encode(to encoder: any Encoder) throws {
    if let text = String(validating: name.bytes, as: UTF8.self) {
      var container = encoder.singleValueContainer()
      try container.encode(text)
    } else {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(Data(name.bytes), forKey: .base64)
    }
  }
}
