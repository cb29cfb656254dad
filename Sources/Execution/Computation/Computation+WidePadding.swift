import TensorCore

extension Computation {
  /// Pads what convolutions read where their own padding reaches beyond their windows.
  ///
  ///     y = conv(x, pads p)    becomes    x' = pad(x, p − q),  y = conv(x', pads q)
  ///
  /// with q = min(p, d·(k − 1)), the most padding that a window still sees a pixel from. The first
  /// factors of units have such padding, that of the kernel which they were made from, and the
  /// library has no vectors for it in the gradients: a copy of the image with the rest of the
  /// padding takes less than half of the time. Requires that nothing was differentiated yet.
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
  /// The padding that no window needs, and the map without it; nil where there is none.
  fileprivate var widePadding: (padding: SpatialPadding, rest: LinearMap)? {
    guard case .convolution(var window, let group) = self else { return nil }
    func excess(_ pads: [Int]) -> [Int] {
      pads.indices.map { max(0, pads[$0] - (window.reach($0) - 1)) }
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
