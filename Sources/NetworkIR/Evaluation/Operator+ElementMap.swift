import TensorCore

extension Operator {
  /// How each output comes out of the inputs; nil for operators that compute, and where what the
  /// inputs hold isn't known.
  ///
  /// Requires that the types are those that inference gave. Output types must be concrete.
  func elementMaps(
    _ inputs: InferenceContext, outputs: [ValueType]
  ) throws(OperatorFailure) -> [ElementMap]? {
    let shapes = outputs.compactMap(\.shape)
    guard shapes.count == outputs.count else { return nil }
    guard case .concat(let concat) = self else {
      guard let source = inputs.types.first??.shape else { return nil }
      // An output without elements needs no map, and its extents may be of any size.
      if shapes.allSatisfy({ $0.contains(0) }) {
        return shapes.map { .offsets($0.map { Array(repeating: 0, count: min($0, 0)) }) }
      }
      return try elementMaps(source, inputs, shapes)
    }
    let lengths = inputs.types.compactMap { $0?.shape }
    guard lengths.count == inputs.types.count, let rank = lengths.first?.count else { return nil }
    let axis = try InferenceContext.normalize(concat.axis, rank: rank)
    guard let count = Shape.elementCount(Array(shapes[0][..<axis])) else { throw .overflow }
    let inner = lengths.compactMap { Shape.elementCount(Array($0[axis...])) }
    guard inner.count == lengths.count else { throw .overflow }
    return [.blocks(count: shapes[0].contains(0) ? 0 : count, lengths: inner)]
  }

  private func elementMaps(
    _ source: [Int], _ inputs: InferenceContext, _ shapes: [[Int]]
  ) throws(OperatorFailure) -> [ElementMap]? {
    switch self {
    case .identity, .reshape, .flatten, .squeeze, .unsqueeze: return [.inOrder]
    case .expand: return [.broadcast(source, to: shapes[0])]
    case .transpose(let transpose):
      let strides = Shape.strides(source)
      let axes = try transpose.axes(rank: source.count)
      return [.offsets(axes.map { axis in (0..<source[axis]).map { $0 * strides[axis] } })]
    case .slice(let slice): return try slice.elementMap(source, inputs).map { [$0] }
    case .split(let split): return try split.elementMaps(source, shapes)
    case .pad(let pad): return try pad.elementMap(source, inputs).map { [$0] }
    case .tile:
      let strides = Shape.strides(source)
      return [
        .offsets(
          source.indices.map { axis in
            (0..<shapes[0][axis]).map { $0 % source[axis] * strides[axis] }
          })
      ]
    case .gatherElements(let gather):
      guard let indices = inputs.integers(1), let shape = inputs.types[1]?.shape else { return nil }
      return [.positions(try gather.positions(indices, of: shape, data: source))]
    case .gatherND(let gather):
      guard let indices = inputs.integers(1), let shape = inputs.types[1]?.shape,
        let size = Shape.elementCount(Array(source[(gather.batchRank + (shape.last ?? 0))...]))
      else { return nil }
      let slices = try gather.positions(indices, of: shape, data: source)
      return [.positions(slices.flatMap { $0 * size..<($0 + 1) * size })]
    case .gather(let gather): return try gather.elementMap(source, inputs).map { [$0] }
    default: return nil
    }
  }
}

extension Slice {
  fileprivate func elementMap(
    _ source: [Int], _ inputs: InferenceContext
  ) throws(OperatorFailure) -> ElementMap? {
    guard let bounds = try bounds(rank: source.count, inputs) else { return nil }
    let strides = Shape.strides(source)
    var offsets: [[Int]] = []
    for axis in source.indices {
      let whole = Bounds(start: 0, end: source[axis], step: 1)
      guard let run = (bounds[axis] ?? whole).run(extent: source[axis]) else { return nil }
      offsets.append((0..<run.count).map { (run.first + $0 * run.step) * strides[axis] })
    }
    return .offsets(offsets)
  }
}

extension Pad {
  /// Nil where the pads aren't known, or elements are filled in.
  fileprivate func elementMap(
    _ source: [Int], _ inputs: InferenceContext
  ) throws(OperatorFailure) -> ElementMap? {
    guard let pads = self.pads ?? inputs.integers(1), !source.contains(0) else { return nil }
    var axes: [Int]?
    if inputs.isPresent(3) {
      guard let listed = inputs.integers(3) else { return nil }
      axes = listed
    }
    let strides = Shape.strides(source)
    let padding = try Self.padding(pads, axes: axes, rank: source.count)
    var offsets: [[Int]] = []
    for (axis, padding) in padding.enumerated() {
      let end = max(source[axis] + padding.end, -padding.begin)
      let sources = (-padding.begin..<end).map { mode.source(of: $0, extent: source[axis]) }
      guard !sources.contains(nil) else { return nil }
      offsets.append(sources.compactMap { $0.map { $0 * strides[axis] } })
    }
    return .offsets(offsets)
  }
}

extension Split {
  fileprivate func elementMaps(
    _ source: [Int], _ shapes: [[Int]]
  ) throws(OperatorFailure) -> [ElementMap] {
    let axis = try InferenceContext.normalize(self.axis, rank: source.count)
    let strides = Shape.strides(source)
    var first = 0
    return shapes.map { shape in
      defer { first += shape[axis] }
      return .offsets(
        shape.indices.map { other in
          (0..<shape[other]).map { ($0 + (other == axis ? first : 0)) * strides[other] }
        })
    }
  }
}

extension Gather {
  /// The axis that is gathered stands for all axes of the indices, flattened.
  fileprivate func elementMap(
    _ source: [Int], _ inputs: InferenceContext
  ) throws(OperatorFailure) -> ElementMap? {
    guard let indices = inputs.integers(1) else { return nil }
    let axis = try InferenceContext.normalize(self.axis, rank: source.count)
    let strides = Shape.strides(source)
    var offsets = source.indices.map { other in
      other == axis ? [] : (0..<source[other]).map { $0 * strides[other] }
    }
    for index in indices {
      guard index >= -source[axis], index < source[axis] else {
        throw .index(index, extent: source[axis])
      }
      offsets[axis].append((index < 0 ? index + source[axis] : index) * strides[axis])
    }
    return .offsets(offsets)
  }
}
