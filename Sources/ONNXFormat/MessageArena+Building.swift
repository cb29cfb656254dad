import COnnx
import NetworkIR

extension MessageArena {
  /// An initialized message: `make(onnx__node_proto__init)`.
  func make<Message>(
    _ initialize: (UnsafeMutablePointer<Message>?) -> Void
  ) -> UnsafeMutablePointer<Message> {
    let message = uninitialized(Message.self, count: 1)
    initialize(message)
    return message
  }

  /// A repeated field's storage, nil for none.
  func array<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element>? {
    guard !elements.isEmpty else { return nil }
    let memory = uninitialized(Element.self, count: elements.count)
    memory.initialize(from: elements, count: elements.count)
    return memory
  }

  /// A repeated field of messages.
  func list<Message>(
    _ messages: [UnsafeMutablePointer<Message>]
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<Message>?>? {
    array(messages.map(Optional.some))
  }

  /// A repeated field of strings.
  func strings(_ names: [Name]) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    array(names.map { string($0) })
  }

  func string(_ name: Name) -> UnsafeMutablePointer<CChar>? {
    array(name.bytes.map(CChar.init(bitPattern:)) + [0])
  }

  /// A string field that is left out where it is empty.
  func optionalString(_ name: Name) -> UnsafeMutablePointer<CChar>? {
    name.isEmpty ? nil : string(name)
  }

  func data(_ bytes: [UInt8]) -> ProtobufCBinaryData {
    ProtobufCBinaryData(len: bytes.count, data: array(bytes))
  }

  func entry(_ key: Name, _ value: Name) -> UnsafeMutablePointer<Onnx__StringStringEntryProto> {
    let entry = make(onnx__string_string_entry_proto__init)
    entry.pointee.key = string(key)
    entry.pointee.value = string(value)
    return entry
  }

  private func uninitialized<Element>(
    _ type: Element.Type, count: Int
  ) -> UnsafeMutablePointer<Element> {
    guard let memory = allocate(count * MemoryLayout<Element>.stride) else {
      fatalError("out of memory")
    }
    return memory.bindMemory(to: type, capacity: count)
  }
}
