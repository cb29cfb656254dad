import NetworkIR

/// Refuses patterns that match nothing: most of them are misspelt.
struct PatternCheck {
  /// The names that patterns can match: those of nodes that hold weights, and of the weights.
  private let names: [[Name]]

  init(_ graph: Graph) {
    names = graph.nodes.filter(Self.isExpandable).map { NameFilter.names(of: $0, in: graph) }
  }

  func check(_ options: ExpansionOptions) throws(ExpansionError) {
    for pattern in options.include where !matches(pattern) {
      throw .patternMatchesNothing(.include, pattern, known: known)
    }
    for pattern in options.exclude where !matches(pattern) {
      throw .patternMatchesNothing(.exclude, pattern, known: known)
    }
  }

  private func matches(_ pattern: String) -> Bool {
    names.contains { NameFilter.matches(pattern, $0) }
  }

  private var known: [Name] { names.flatMap(\.self).filter { !$0.isEmpty } }

  private static func isExpandable(_ node: Node) -> Bool {
    let types: [Name] = ["Conv", "ConvTranspose", "Gemm", "MatMul"]
    return node.type.isStandard && types.contains(node.type.name)
  }
}
