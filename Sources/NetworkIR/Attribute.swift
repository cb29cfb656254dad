package import OrderedCollections
package import TensorCore

/// The value of one attribute of a node.
package enum AttributeValue: Hashable, Sendable {
  case float(Float)
  case int(Int64)
  case string([UInt8])
  case tensor(Tensor)
  case floats([Float])
  case ints([Int64])
  case strings([[UInt8]])
  /// Subgraphs, sparse tensors, types and what newer files may bring: the serialized attribute.
  case opaque([UInt8])
}

/// The attributes of a node, in the file's order.
package typealias Attributes = OrderedDictionary<Name, AttributeValue>

/// An attribute that is not of the type, count or range that its operator asks for.
package struct AttributeError: Error, Hashable, Sendable {
  package let attribute: Name
  package let expected: String

  package init(attribute: Name, expected: String) {
    self.attribute = attribute
    self.expected = expected
  }
}

extension OrderedDictionary where Key == Name, Value == AttributeValue {
  package func int(_ name: Name) throws(AttributeError) -> Int? {
    switch self[name] {
    case nil: nil
    case .int(let value)?: Int(value)
    default: throw AttributeError(attribute: name, expected: "an integer")
    }
  }

  package func flag(_ name: Name, default fallback: Bool = false) throws(AttributeError) -> Bool {
    try int(name).map { $0 != 0 } ?? fallback
  }

  package func float(_ name: Name) throws(AttributeError) -> Float? {
    switch self[name] {
    case nil: nil
    case .float(let value)?: value
    default: throw AttributeError(attribute: name, expected: "a float")
    }
  }

  package func string(_ name: Name) throws(AttributeError) -> String? {
    switch self[name] {
    case nil: nil
    case .string(let bytes)?: String(decoding: bytes, as: UTF8.self)
    default: throw AttributeError(attribute: name, expected: "a string")
    }
  }

  package func ints(_ name: Name) throws(AttributeError) -> [Int]? {
    switch self[name] {
    case nil: nil
    case .ints(let values)?: values.map(Int.init)
    // protobuf can't tell an empty list of floats from an empty list of integers.
    case .floats(let values)? where values.isEmpty: []
    default: throw AttributeError(attribute: name, expected: "a list of integers")
    }
  }

  package func tensor(_ name: Name) throws(AttributeError) -> Tensor? {
    switch self[name] {
    case nil: nil
    case .tensor(let value)?: value
    default: throw AttributeError(attribute: name, expected: "a tensor")
    }
  }
}

extension AttributeValue {
  package static func ints(_ values: [Int]) -> AttributeValue { .ints(values.map(Int64.init)) }
  package static func int(_ value: Int) -> AttributeValue { .int(Int64(value)) }
  package static func string(_ text: String) -> AttributeValue { .string(Array(text.utf8)) }
}
