package import OrderedCollections

/// One node: an operator applied to values.
package struct Node: Sendable {
  /// Stable for the life of a graph; other graphs have other ids.
  package struct ID: Hashable, Sendable {
    package let index: Int
  }

  package let id: ID
  package let name: Name
  package let type: OperatorType
  /// What `type` and `attributes` mean, or `.opaque`.
  package let `operator`: Operator
  /// As the file has them: defaults that it leaves out are left out here.
  package let attributes: Attributes
  /// Nil for an empty optional input.
  package let inputs: [Value.ID?]
  /// Nil for an output that nobody asked for.
  package let outputs: [Value.ID?]
  /// Outer values that subgraphs in the attributes use.
  package let captures: [Value.ID]
  /// `metadata_props`, written for nodes that have no origin.
  package let metadata: OrderedDictionary<Name, Name>
  /// The node's place in the document that it was read from; nil for one that a pass made.
  package let origin: Int?

  /// Input `index`, nil where it is empty or not there.
  package func input(_ index: Int) -> Value.ID? {
    index < inputs.count ? inputs[index] : nil
  }

  /// Output `index`, nil where it is empty or not there.
  package func output(_ index: Int) -> Value.ID? {
    index < outputs.count ? outputs[index] : nil
  }
}

/// An operator's name and the domain that defines it; the empty domain is ONNX's own.
package struct OperatorType: Hashable, Sendable, CustomStringConvertible {
  package let name: Name
  package let domain: Name
  /// A function's overload, since IR version 10.
  package let overload: Name

  package init(_ name: Name, domain: Name = "", overload: Name = "") {
    self.name = name
    self.domain = domain
    self.overload = overload
  }

  /// True for ONNX's own domain, under either of its two names.
  package var isStandard: Bool { domain.isEmpty || domain == "ai.onnx" }

  package var description: String { isStandard ? "\(name)" : "\(domain)::\(name)" }
}
