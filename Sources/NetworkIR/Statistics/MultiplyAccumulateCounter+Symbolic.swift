extension MultiplyAccumulateCounter {
  /// Multiply-accumulates by weights of one image in terms of the extents that are not known; nil
  /// where all are, and where a rank or the weight's shape is unknown.
  func symbolicMACs(_ node: Node) -> SymbolicCount? {
    guard macs(node).weights == nil else { return nil }
    switch node.operator {
    case .conv: return count(weight(node), at: node.output(0), from: 2)
    case .convTranspose: return count(weight(node), at: node.input(0), from: 2)
    case .gemm, .matMul: return count(innerExtent(node), at: node.output(0), from: 1)
    default: return nil
    }
  }

  /// `each` at every place of a value: along its first axis, the batch, and those from `axis` on.
  private func count(_ each: Int?, at value: Value.ID?, from axis: Int) -> SymbolicCount? {
    guard let each, let value, let dimensions = dimensions(value), !dimensions.isEmpty,
      axis <= dimensions.count
    else { return nil }
    var places = [(axis: 0, dimensions[0])]
    if let images = dimensions[0].extent, images % batch == 0 {
      places[0] = (axis: 0, .fixed(images / batch))
    }
    places += (axis..<dimensions.count).map { (axis: $0, dimensions[$0]) }
    return SymbolicCount(each, times: places, of: graph[value].name)
  }
}
