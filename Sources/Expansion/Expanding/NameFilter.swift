import Foundation
import NetworkIR

/// Globs that choose nodes by their own name or their weight's; `*` crosses `/`, as in a shell's
/// `case`.
struct NameFilter {
  let include: [String]
  let exclude: [String]

  /// Nil where the node may be expanded.
  func reasonToSkip(_ names: [Name]) -> SkipReason? {
    if let pattern = exclude.first(where: { Self.matches($0, names) }) {
      return .excluded(pattern: pattern)
    }
    guard include.isEmpty || include.contains(where: { Self.matches($0, names) }) else {
      return .notIncluded
    }
    return nil
  }

  /// What patterns are held against: the node's name and its weight's.
  static func names(of node: Node, in graph: Graph) -> [Name] {
    [node.name] + (node.input(1).map { [graph[$0].name] } ?? [])
  }

  static func matches(_ pattern: String, _ names: [Name]) -> Bool {
    names.contains { name in
      let text = (name.bytes + [0]).map { CChar(bitPattern: $0) }
      return fnmatch(pattern, text, 0) == 0
    }
  }
}
