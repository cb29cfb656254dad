import Kernels
import NetworkIR

extension Lowering {
  /// Pad is separable: each axis by a map that takes entries, or fills in the constant.
  mutating func lower(_ pad: Pad, _ node: Node, _ index: Int) throws(ExecutionError) {
    var result = try input(node, 0)
    let shape = computation.shape(result)
    // `??` takes an autoclosure, which would lose the type of the error.
    let (listed, filler) = try (integers(node, 1), floats(node, 2))
    guard let given = pad.pads ?? listed else { throw unsupported(node, index, "without pads") }
    let axes = try integers(node, 3)
    let value = pad.value ?? filler?.first ?? 0
    let padding: [AxisPadding]
    do { padding = try Pad.padding(given, axes: axes, rank: shape.count) } catch {
      throw unsupported(node, index, "by pads that do not fit")
    }
    for (axis, padding) in padding.enumerated() {
      let extent = shape[axis] + padding.begin + padding.end
      guard extent > 0 else { throw unsupported(node, index, "that leaves no elements") }
      try checkMapped(extent)
      let rows = (0..<extent).map { entry in
        pad.mode.source(of: entry - padding.begin, extent: shape[axis]).map { [AxisMap.Term($0)] }
      }
      result = mapped(
        result, axis: axis,
        by: AxisMap(sourceExtent: shape[axis], rows: rows.map { $0 ?? [] }, fill: value), node)
    }
    guard computation.shape(result) == (try outputShape(node)) else {
      throw unsupported(node, index, "whose declared output is not what it computes")
    }
    set(node.output(0), to: result)
  }
}
