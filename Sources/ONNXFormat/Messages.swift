import COnnx
import NetworkIR

extension Name {
  /// The bytes of a C string; empty for the null pointer of a field that isn't set.
  init(_ text: UnsafePointer<CChar>?) {
    guard let text else {
      self.init("")
      return
    }
    var count = 0
    while text[count] != 0 { count += 1 }
    self.init(bytes: UnsafeRawBufferPointer(start: text, count: count))
  }
}

/// Reads of repeated fields, which C holds as a pointer and a count.
enum Messages {
  /// The messages of a repeated field.
  static func list<Message>(
    _ start: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, _ count: Int
  ) -> [UnsafeMutablePointer<Message>] {
    UnsafeBufferPointer(start: start, count: start == nil ? 0 : count).compactMap { $0 }
  }

  /// The strings of a repeated field.
  static func names(
    _ start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ count: Int
  ) -> [Name] {
    UnsafeBufferPointer(start: start, count: start == nil ? 0 : count).map { Name($0) }
  }

  /// The scalars of a repeated field.
  static func scalars<Scalar>(
    _ start: UnsafeMutablePointer<Scalar>?, _ count: Int
  ) -> UnsafeBufferPointer<Scalar> {
    UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
  }

  static func bytes(_ data: ProtobufCBinaryData) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: data.data, count: data.data == nil ? 0 : data.len)
  }
}
