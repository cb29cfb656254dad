import Kernels
import NetworkIR
import TensorCore

extension Lowering {
  /// Flatten, Reshape, Squeeze and Unsqueeze: only the shape changes, and inference knows it.
  mutating func lowerReshaping(_ node: Node, _ index: Int) throws(ExecutionError) {
    let source = try input(node, 0)
    let output = try outputShape(node)
    guard Shape.elementCount(computation.shape(source)) == Shape.elementCount(output) else {
      throw unsupported(node, index, "whose declared output is not what it computes")
    }
    add(Reshaping(), [source], for: node, shape: output)
  }

  mutating func lower(_ concat: Concat, _ node: Node) throws(ExecutionError) {
    var inputs: [Computation.TensorID] = []
    for position in node.inputs.indices { inputs.append(try input(node, position)) }
    let output = try outputShape(node)
    add(
      Concatenation(axis: concat.axis < 0 ? concat.axis + output.count : concat.axis), inputs,
      for: node, shape: output)
  }

  mutating func lower(_ transpose: Transpose, _ node: Node) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let permutation = transpose.permutation ?? shape.indices.reversed()
    add(
      StridedView(permuting: shape, by: permutation), [source], for: node,
      shape: permutation.map { shape[$0] })
  }

  mutating func lowerExpand(_ node: Node, _ index: Int) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let output = try outputShape(node)
    guard Shape.broadcast(shape, output) == output else {
      throw unsupported(node, index, "whose declared output is not what it computes")
    }
    add(StridedView(broadcasting: shape, to: output), [source], for: node, shape: output)
  }
}
