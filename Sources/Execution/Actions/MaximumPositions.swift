import Kernels
import TensorCore

/// Max pooling of [N, C, spatial…] in inference. Outputs: the maxima, and where each was, as Floats.
struct MaximumPositions: Action {
  let window: WindowGeometry
  let isColumnMajor: Bool

  var name: String { "pooling.positions" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let search = MaximumSearch(
      window, shape: planner.shape(node.inputs[0]),
      output: Array(planner.shape(node.outputs[0]).dropFirst(2)), isColumnMajor: isColumnMajor)
    planner.emit(
      native: name, reads: [try planner.readPlain(node.inputs[0])],
      writes: [try planner.writePlain(node.outputs[0]), try planner.writePlain(node.outputs[1])]
    ) { pointers in
      search.run(pointers.floats(0), values: pointers.floats(1), indices: pointers.floats(2))
    }
  }
}
