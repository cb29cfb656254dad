import NetworkIR

/// A node by its name and its place in the graph, counted from 0 as ONNX's tools do.
func place(of node: Name, _ index: Int) -> String {
  node.isEmpty ? "node \(index)" : "node '\(node)' (\(index))"
}

extension [Dimension] {
  /// Extents as batch×3×32×32.
  var byTimes: String { map(\.description).joined(separator: "×") }
}

extension ValueType {
  /// Element type and extents, as far as they are known.
  var sentence: String {
    guard isTensor else { return "no tensor" }
    let extents = dimensions.map { $0.isEmpty ? " scalar" : " \($0.byTimes)" } ?? ""
    return "\(elementType)" + extents
  }
}
