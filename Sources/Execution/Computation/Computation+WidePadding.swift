import TensorCore

extension Computation {
  /// Pads what convolutions read where their own padding is wider than half of their windows.
  ///
  ///     y = conv(x, pads p)    becomes    x' = pad(x, p − q),  y = conv(x', pads q)
  ///
  /// with q = min(p, ⌊reach/2⌋). The first factors of units have such padding, that of the kernel
  /// which they were made from. In the gradients the library has no vectors where p ≥ reach, and
  /// short ones where p > reach/2: with a copy of the image they take a seventh to two thirds of the
  /// time. Requires that nothing was differentiated yet.
  mutating func separateWidePadding() {
    let old = nodes
    nodes = []
    for node in old {
      guard let weighted = node.action as? Weighted, !weighted.isRectified,
        let split = weighted.map.widePadding
      else {
        nodes.append(node)
        continue
      }
      let source = node.inputs[0]
      let padded = add(
        split.padding, [source], shapes: [split.padding.shape(of: shape(source))],
        origin: node.origin)
      nodes.append(
        Node(
          action: Weighted(map: split.rest), inputs: padded + node.inputs.dropFirst(),
          outputs: node.outputs, origin: node.origin, isForward: true))
    }
  }
}

extension LinearMap {
  /// The padding beyond half of the window, and the map without it; nil where there is none.
  fileprivate var widePadding: (padding: SpatialPadding, rest: LinearMap)? {
    guard case .convolution(var window, let group) = self else { return nil }
    func excess(_ pads: [Int]) -> [Int] {
      pads.indices.map { max(0, pads[$0] - window.reach($0) / 2) }
    }
    let padding = SpatialPadding(begin: excess(window.padsBegin), end: excess(window.padsEnd))
    guard (padding.begin + padding.end).contains(where: { $0 > 0 }) else { return nil }
    for axis in window.kernel.indices {
      window.padsBegin[axis] -= padding.begin[axis]
      window.padsEnd[axis] -= padding.end[axis]
    }
    return (padding, .convolution(window, group: group))
  }
}
