import TensorCore

/// A copy of elements that lie at fixed strides: transposes, slices and broadcasts alike.
///
/// Element (i₀, i₁, …) of the output is element offset + Σ iₐ·strides[a] of the row-major input.
struct StridedView: Action {
  let strides: [Int]
  let offset: Int

  init(strides: [Int], offset: Int) {
    self.strides = strides
    self.offset = offset
  }

  /// Repeats a tensor of shape `from` to the shape `to` by numpy's rule.
  init(broadcasting from: [Int], to: [Int]) {
    let padded = Array(repeating: 1, count: to.count - from.count) + from
    offset = 0
    strides = zip(Shape.strides(padded), padded).map { $1 == 1 ? 0 : $0 }
  }

  /// Permutes the axes: axis a of the output is axis `permutation[a]` of the input.
  init(permuting shape: [Int], by permutation: [Int]) {
    let strides = Shape.strides(shape)
    self.strides = permutation.map { strides[$0] }
    offset = 0
  }

  /// True where each element of an output of that shape is one of the source's.
  func lies(within source: [Int], shape: [Int]) -> Bool {
    guard strides.count == shape.count, !shape.contains(0) else { return false }
    var (least, greatest) = (offset, offset)
    for (extent, stride) in zip(shape, strides) {
      let (span, overflow) = (extent - 1).multipliedReportingOverflow(by: stride)
      // Either sum of spans that each lie within the source can't overflow.
      guard !overflow, span.magnitude < 1 << 44 else { return false }
      if span < 0 { least += span } else { greatest += span }
    }
    return least >= 0 && greatest < source.reduce(1, *)
  }

  var name: String { "stridedView" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let walk = StridedWalk(shape: planner.shape(node.outputs[0]), strides: strides, offset: offset)
    planner.emit(
      native: name, reads: [try planner.readPlain(node.inputs[0])],
      writes: [try planner.writePlain(node.outputs[0])]
    ) { pointers in
      let source = pointers.floats(0)
      let destination = pointers.floats(1)
      walk.forEachRow { position, start, count, stride in
        for i in 0..<count { destination[position + i] = source[start + i * stride] }
      }
    }
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    computation.add(
      StridedScatter(forward: self), [gradients[0]!],
      shapes: [computation.shape(node.inputs[0])], origin: node.origin, isForward: false
    ).map { $0 }
  }
}

/// The adjoint of `StridedView`: adds each element to the place that it was copied from.
struct StridedScatter: Action {
  let forward: StridedView

  var name: String { "stridedScatter" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let walk = StridedWalk(
      shape: planner.shape(node.inputs[0]), strides: forward.strides, offset: forward.offset)
    let count = planner.shape(node.outputs[0]).reduce(1, *)
    planner.emit(
      native: name, reads: [try planner.readPlain(node.inputs[0])],
      writes: [try planner.writePlain(node.outputs[0])]
    ) { pointers in
      let source = pointers.floats(0)
      let destination = pointers.floats(1)
      destination.update(repeating: 0, count: count)
      walk.forEachRow { position, start, count, stride in
        for i in 0..<count { destination[start + i * stride] += source[position + i] }
      }
    }
  }
}

/// Walks the rows (the last axis) of a strided box in order, without allocating.
struct StridedWalk: Sendable {
  private let outerCount: Int
  private let outerShape: [Int]
  private let outerStrides: [Int]
  private let rowCount: Int
  private let rowStride: Int
  private let offset: Int

  init(shape: [Int], strides: [Int], offset: Int) {
    outerShape = Array(shape.dropLast())
    outerStrides = Array(strides.dropLast())
    outerCount = outerShape.reduce(1, *)
    rowCount = shape.last ?? 1
    rowStride = strides.last ?? 1
    self.offset = offset
  }

  /// Calls `body` with each row's position in the dense box, its first element in the strided
  /// memory, its count and its stride.
  func forEachRow(_ body: (_ position: Int, _ start: Int, _ count: Int, _ stride: Int) -> Void) {
    for row in 0..<outerCount {
      var rest = row
      var start = offset
      for axis in outerShape.indices.reversed() {
        start += rest % outerShape[axis] * outerStrides[axis]
        rest /= outerShape[axis]
      }
      body(row * rowCount, start, rowCount, rowStride)
    }
  }
}
