import Kernels
import NetworkIR

extension Lowering {
  mutating func lower(_ sum: ReduceSum, _ node: Node) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    var axes = sum.axes
    if axes == nil, let value = node.input(1) { axes = try integers(value, for: node.name) }
    if axes?.isEmpty ?? true, sum.noopWithEmptyAxes { return set(node.output(0), to: source) }
    let chosen = axes.flatMap { $0.isEmpty ? nil : $0 } ?? Array(shape.indices)
    let kept = shape.indices.map {
      chosen.contains($0) || chosen.contains($0 - shape.count) ? 1 : shape[$0]
    }
    // What reduces nothing has no primitive: a sum of one element.
    let reduced =
      kept == shape
      ? source
      : computation.add(
        Reduction(function: .sum), [source], shapes: [kept], origin: node.name)[0]
    add(Reshaping(), [reduced], for: node, shape: try outputShape(node))
  }
}
