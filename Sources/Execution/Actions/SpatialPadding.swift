import Kernels
import TensorCore

/// Zeros around the spatial axes of [N, C, spatial…].
struct SpatialPadding: Action {
  let begin: [Int]
  let end: [Int]

  var name: String { "padding" }

  func shape(of source: [Int]) -> [Int] {
    source.prefix(2) + begin.indices.map { source[2 + $0] + begin[$0] + end[$0] }
  }

  /// The part of a padded layout that the source lies in.
  fileprivate func inner(
    _ padded: TensorLayout, _ source: [Int]
  ) throws(KernelError) -> TensorLayout {
    try padded.submemory(offset: [0, 0] + begin, extents: source)
  }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let (source, result) = (node.inputs[0], node.outputs[0])
    let kind = planner.kind(of: source)
    let layout = try planner.kernel { () throws(KernelError) in
      try kind.layout(planner.shape(result))
    }
    let target = planner.write(result, as: layout)
    let byteCount = layout.byteCount
    planner.emit(native: "zeros", reads: [], writes: [target]) {
      $0[0].initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    }
    try planner.emitReorder(
      from: planner.layout(of: source), planner.buffer(of: source),
      to: planner.kernel { () throws(KernelError) in
        try inner(layout, planner.shape(source))
      }, target)
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    computation.add(
      SpatialCropping(padding: self), [gradients[0]!],
      shapes: [computation.shape(node.inputs[0])], origin: node.origin, isForward: false
    ).map { $0 }
  }
}

/// The adjoint of `SpatialPadding`: what lies within.
struct SpatialCropping: Action {
  let padding: SpatialPadding

  var name: String { "padding.gradient" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let (source, result) = (node.inputs[0], node.outputs[0])
    let kind = planner.kind(of: source)
    let (padded, layout) = try planner.kernel { () throws(KernelError) in
      (try kind.layout(planner.shape(source)), try kind.layout(planner.shape(result)))
    }
    let buffer = try planner.read(source, as: padded)
    let inner = try planner.kernel { () throws(KernelError) in
      try padding.inner(padded, planner.shape(result))
    }
    try planner.emitReorder(from: inner, buffer, to: layout, planner.write(result, as: layout))
  }
}
