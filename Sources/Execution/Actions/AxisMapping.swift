import Kernels
import NetworkIR

/// A sparse matrix along one axis. Input: source; output: its product with the map.
struct AxisMapping: Action {
  let axis: Int
  let map: AxisMap

  var name: String { "axisMap" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let shape = planner.shape(node.outputs[0])
    let outer = shape[..<axis].reduce(1, *)
    let inner = shape[(axis + 1)...].reduce(1, *)
    let map = map
    planner.emit(
      native: name, reads: [try planner.readPlain(node.inputs[0])],
      writes: [try planner.writePlain(node.outputs[0])]
    ) { pointers in
      map.apply(pointers.floats(0), to: pointers.floats(1), outer: outer, inner: inner)
    }
  }

  /// dx = Mᵀ·dy, along the same axis.
  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    computation.add(
      AxisMapping(axis: axis, map: map.transposed), [gradients[0]!],
      shapes: [computation.shape(node.inputs[0])], origin: node.origin, isForward: false
    ).map { $0 }
  }
}

extension Lowering {
  /// Throws where a map along an axis of that extent would take more memory than the tensor.
  func checkMapped(_ extent: Int) throws(ExecutionError) {
    guard extent <= 1 << 26 else { throw .outOfMemory(bytes: extent * 64) }
  }

  /// `tensor` with the map applied along `axis`; the tensor itself where that changes nothing.
  mutating func mapped(
    _ tensor: Computation.TensorID, axis: Int, by map: AxisMap, _ node: Node
  ) -> Computation.TensorID {
    guard !map.isIdentity else { return tensor }
    var shape = computation.shape(tensor)
    shape[axis] = map.extent
    return computation.add(
      AxisMapping(axis: axis, map: map), [tensor], shapes: [shape], origin: node.name)[0]
  }
}
