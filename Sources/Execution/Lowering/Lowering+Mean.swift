import Kernels
import NetworkIR
import TensorCore

extension Lowering {
  mutating func lowerGlobalAveragePool(_ node: Node) throws(ExecutionError) {
    let source = try input(node, 0)
    let rank = computation.shape(source).count
    try addMean(of: source, over: Array(2..<rank), for: node)
  }

  mutating func lower(_ mean: ReduceMean, _ node: Node) throws(ExecutionError) {
    let source = try input(node, 0)
    let rank = computation.shape(source).count
    var axes = mean.axes
    if axes == nil, let value = node.input(1) { axes = try integers(value, for: node.name) }
    if axes?.isEmpty ?? true, mean.noopWithEmptyAxes {
      return set(node.output(0), to: source)
    }
    let chosen = axes.flatMap { $0.isEmpty ? nil : $0 } ?? Array(0..<rank)
    try addMean(of: source, over: chosen.map { $0 < 0 ? $0 + rank : $0 }, for: node)
  }

  private mutating func addMean(
    of source: Computation.TensorID, over axes: [Int], for node: Node
  ) throws(ExecutionError) {
    let shape = computation.shape(source)
    let kept = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
    let output = try outputShape(node)
    // The mean over all of space is an average pooling, which keeps blocked layouts.
    // What reduces nothing has no primitive: a mean over one element.
    guard kept != shape else { return add(Reshaping(), [source], for: node, shape: output) }
    let isSpatial = (3...5).contains(shape.count) && Set(axes) == Set(2..<shape.count)
    let reduced: Computation.TensorID
    if isSpatial {
      let window = WindowGeometry(kernel: Array(shape.dropFirst(2)))
      reduced =
        computation.add(
          Pooling(function: .average(includesPadding: false), window: window), [source],
          shapes: [kept], origin: node.name)[0]
    } else {
      reduced =
        computation.add(
          Reduction(function: .mean), [source], shapes: [kept], origin: node.name)[0]
    }
    if kept == output { return set(node.output(0), to: reduced) }
    add(Reshaping(), [reduced], for: node, shape: output)
  }
}
