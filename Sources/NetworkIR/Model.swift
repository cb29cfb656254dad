package import OrderedCollections

/// A document that a model was read from, kept so that what no pass touched can be written back
/// byte for byte. Only the format that made it looks inside.
package protocol ModelSource: AnyObject, Sendable {}

/// A model: a graph, the operator sets that it is written in, and the file's metadata.
package struct Model: Sendable {
  package let irVersion: Int
  /// Domain to version, in the file's order.
  package let opsets: OrderedDictionary<Name, Int>
  package var graph: Graph
  /// `metadata_props`; keys and values as bytes.
  package var metadata: OrderedDictionary<Name, Name>
  package let source: (any ModelSource)?

  package init(
    irVersion: Int, opsets: OrderedDictionary<Name, Int>, graph: Graph,
    metadata: OrderedDictionary<Name, Name> = [:], source: (any ModelSource)? = nil
  ) {
    self.irVersion = irVersion
    self.opsets = opsets
    self.graph = graph
    self.metadata = metadata
    self.source = source
  }
}
