import Kernels
import NetworkIR
import TensorCore

/// Operators that take elements by indices, which must be known before a run: sparse matrices with
/// one term a row.
extension Lowering {
  mutating func lower(_ gather: Gather, _ node: Node, _ index: Int) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let axis = gather.axis < 0 ? gather.axis + shape.count : gather.axis
    let indices = try integers(required(node, 1), for: node.name)
    var positions: [Int] = []
    for entry in indices {
      guard entry >= -shape[axis], entry < shape[axis] else {
        throw unsupported(node, index, "with index \(entry)")
      }
      positions.append(entry < 0 ? entry + shape[axis] : entry)
    }
    let taken = mapped(
      source, axis: axis, by: AxisMap(taking: positions, of: shape[axis]), node)
    try setReshaped(taken, node, index)
  }

  mutating func lower(
    _ gather: GatherElements, _ node: Node, _ index: Int
  ) throws(ExecutionError) {
    let (indices, data) = (try required(node, 1), try shape(required(node, 0)))
    let extents = try shape(indices)
    let elements = try integers(indices, for: node.name)
    let positions: [Int]
    do { positions = try gather.positions(elements, of: extents, data: data) } catch {
      throw unsupported(node, index, "with indices outside of the data")
    }
    try take(positions, sliceSize: 1, node, index)
  }

  mutating func lower(_ gather: GatherND, _ node: Node, _ index: Int) throws(ExecutionError) {
    let (indices, data) = (try required(node, 1), try shape(required(node, 0)))
    let extents = try shape(indices)
    guard let depth = extents.last else { throw unsupported(node, index) }
    let elements = try integers(indices, for: node.name)
    let positions: [Int]
    do { positions = try gather.positions(elements, of: extents, data: data) } catch {
      throw unsupported(node, index, "with indices outside of the data")
    }
    try take(
      positions, sliceSize: data[(gather.batchRank + depth)...].reduce(1, *), node, index)
  }

  /// The slices of the first input at `positions`, its elements counted in slices.
  private mutating func take(
    _ positions: [Int], sliceSize: Int, _ node: Node, _ index: Int
  ) throws(ExecutionError) {
    let source = try input(node, 0)
    let slices = computation.shape(source).reduce(1, *) / sliceSize
    let flat = reshaped(source, [slices, sliceSize], node)
    let taken = mapped(flat, axis: 0, by: AxisMap(taking: positions, of: slices), node)
    try setReshaped(taken, node, index)
  }

  /// Tile: each axis repeated as a whole.
  mutating func lowerTile(_ node: Node, _ index: Int) throws(ExecutionError) {
    var result = try input(node, 0)
    let (shape, output) = (computation.shape(result), try outputShape(node))
    guard shape.count == output.count, zip(output, shape).allSatisfy({ $0 % $1 == 0 }) else {
      throw unsupported(node, index, "whose declared output is not what it computes")
    }
    for axis in shape.indices {
      try checkMapped(output[axis])
      let positions = (0..<output[axis]).map { $0 % shape[axis] }
      result = mapped(
        result, axis: axis, by: AxisMap(taking: positions, of: shape[axis]), node)
    }
    set(node.output(0), to: result)
  }

  /// Sets the first output to `tensor` under the extents that inference gave.
  func checkCount(
    _ tensor: Computation.TensorID, _ output: [Int], _ node: Node, _ index: Int
  ) throws(ExecutionError) {
    guard computation.shape(tensor).reduce(1, *) == output.reduce(1, *) else {
      throw unsupported(node, index, "whose declared output is not what it computes")
    }
  }

  mutating func setReshaped(
    _ tensor: Computation.TensorID, _ node: Node, _ index: Int
  ) throws(ExecutionError) {
    let output = try outputShape(node)
    try checkCount(tensor, output, node, index)
    let isSame = computation.shape(tensor) == output
    set(node.output(0), to: isSame ? tensor : reshaped(tensor, output, node))
  }

  /// DepthToSpace: channels [b, b, C] (or [C, b, b]) spread over space.
  mutating func lower(
    _ rearrangement: DepthToSpace, _ node: Node, _ index: Int
  ) throws(ExecutionError) {
    let source = try input(node, 0)
    let (x, b) = (computation.shape(source), rearrangement.blockSize)
    guard x.count == 4, x[1] % (b * b) == 0 else { throw unsupported(node, index) }
    let channels = x[1] / (b * b)
    let isLast = rearrangement.isColumnRowDepth
    try permute(
      source, as: [x[0]] + (isLast ? [channels, b, b] : [b, b, channels]) + x[2...],
      by: isLast ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2], node, index)
  }

  /// SpaceToDepth: the places of a block become the outer axes of the channels.
  mutating func lower(
    _ rearrangement: SpaceToDepth, _ node: Node, _ index: Int
  ) throws(ExecutionError) {
    let source = try input(node, 0)
    let (x, b) = (computation.shape(source), rearrangement.blockSize)
    guard x.count == 4, x[2] % b == 0, x[3] % b == 0 else { throw unsupported(node, index) }
    try permute(
      source, as: [x[0], x[1], x[2] / b, b, x[3] / b, b], by: [0, 3, 5, 1, 2, 4], node, index)
  }

  /// Sets the output to the elements of `source` as a tensor of that shape, its axes permuted.
  private mutating func permute(
    _ source: Computation.TensorID, as shape: [Int], by permutation: [Int], _ node: Node,
    _ index: Int
  ) throws(ExecutionError) {
    let permuted = computation.add(
      StridedView(permuting: shape, by: permutation), [source],
      shapes: [permutation.map { shape[$0] }], origin: node.name)[0]
    try setReshaped(permuted, node, index)
  }
}
