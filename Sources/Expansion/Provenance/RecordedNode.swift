import NetworkIR
import OrderedCollections

/// A node in JSON, as the compact model has it.
struct RecordedNode: Sendable, Hashable, Codable {
  struct Pair: Sendable, Hashable, Codable {
    var key: RecordedName
    var value: RecordedName
  }

  var name: RecordedName
  var `operator`: RecordedName
  var domain: RecordedName
  var attributes: [RecordedAttribute]
  /// Null for an empty optional input.
  var inputs: [RecordedName?]
  var outputs: [RecordedName?]
  var metadata: [Pair]

  /// Throws where an attribute could not be recorded.
  static func check(_ node: Node) throws(SkipReason) {
    for (name, value) in node.attributes where RecordedAttribute(name, value) == nil {
      throw .attributeNotRecordable(name)
    }
  }

  init(_ node: Node, in graph: Graph) {
    name = RecordedName(node.name)
    `operator` = RecordedName(node.type.name)
    domain = RecordedName(node.type.domain)
    attributes = node.attributes.compactMap { RecordedAttribute($0.key, $0.value) }
    inputs = node.inputs.map { $0.map { RecordedName(graph[$0].name) } }
    outputs = node.outputs.map { $0.map { RecordedName(graph[$0].name) } }
    metadata = node.metadata.map { Pair(key: RecordedName($0.key), value: RecordedName($0.value)) }
  }

  var type: OperatorType { OperatorType(`operator`.name, domain: domain.name) }

  var attributeTable: Attributes {
    var table: Attributes = [:]
    for attribute in attributes {
      if let value = attribute.value { table[attribute.name.name] = value }
    }
    return table
  }

  var metadataTable: OrderedDictionary<Name, Name> {
    var table: OrderedDictionary<Name, Name> = [:]
    for pair in metadata { table[pair.key.name] = pair.value.name }
    return table
  }
}
