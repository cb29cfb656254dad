import OrderedCollections

/// A difference of two models in what names and describes them; nil stands for what is not there.
package enum MetadataDifference: Hashable, Sendable {
  case irVersion(Int, Int)
  case graphName(Name, Name)
  case opset(domain: Name, Int?, Int?)
  /// An entry of the model's `metadata_props`.
  case entry(key: Name, Name?, Name?)
  /// An entry of the `metadata_props` of the node that makes `output`.
  case nodeEntry(output: Name, key: Name, Name?, Name?)

  static func model(_ a: Model, _ b: Model) -> [MetadataDifference] {
    var differences: [MetadataDifference] = []
    if a.irVersion != b.irVersion { differences.append(.irVersion(a.irVersion, b.irVersion)) }
    if a.graph.name != b.graph.name {
      differences.append(.graphName(a.graph.name, b.graph.name))
    }
    for domain in a.opsets.keys.union(b.opsets.keys) where a.opsets[domain] != b.opsets[domain] {
      differences.append(.opset(domain: domain, a.opsets[domain], b.opsets[domain]))
    }
    for key in a.metadata.keys.union(b.metadata.keys) where a.metadata[key] != b.metadata[key] {
      differences.append(.entry(key: key, a.metadata[key], b.metadata[key]))
    }
    return differences
  }

  static func nodes(_ pairing: NodePairing) -> [MetadataDifference] {
    pairing.pairs.flatMap { pair in
      let (a, b) = (pair.first.metadata, pair.second.metadata)
      return a.keys.union(b.keys).filter { a[$0] != b[$0] }.map {
        MetadataDifference.nodeEntry(output: pair.output, key: $0, a[$0], b[$0])
      }
    }
  }
}
