import TensorCore

extension Operator {
  /// What shape arithmetic gives where some extents are symbols or unknown.
  ///
  /// - Returns: nil for operators that don't take part in shape arithmetic, and where an input's
  ///   elements aren't known at all.
  func partialContents(
    _ inputs: InferenceContext, types: [ValueType]
  ) throws(OperatorFailure) -> [PartialTensor]? {
    let outputs = Array(types.prefix(inputs.outputCount))
    guard let shape = outputs.first?.shape else { return nil }
    switch self {
    case .shape(let shapeOf):
      guard let dimensions = try inputs.dimensions(0) else { return nil }
      return [
        PartialTensor(
          shape: shape, elements: Array(dimensions[shapeOf.range(rank: dimensions.count)]))
      ]
    case .size:
      guard let dimensions = try inputs.dimensions(0) else { return nil }
      return [PartialTensor(shape: shape, elements: [try Dimension.product(dimensions)])]
    case .cast(let cast):
      guard cast.elementType == .int64 || cast.elementType == .int32,
        let source = inputs.contents(0)
      else { return nil }
      return [source]
    case .binary(let binary):
      guard let a = inputs.contents(0), let b = inputs.contents(1) else { return nil }
      let x = ElementMap.broadcast(a.shape, to: shape).apply([a.elements])
      let second = binary.alignment?.aligned(b.shape, toRank: a.shape.count, filler: 1) ?? b.shape
      let y = ElementMap.broadcast(second, to: shape).apply([b.elements])
      var elements: [Dimension] = []
      for (x, y) in zip(x, y) {
        do {
          elements.append(try x.applying(binary.function, y))
        } catch {
          // No extent: what it is depends on how many bits it wraps around at.
          guard error == .overflow else { throw error }
          elements.append(.unknown)
        }
      }
      return [PartialTensor(shape: shape, elements: elements)]
    default:
      guard let maps = try elementMaps(inputs, outputs: outputs) else { return nil }
      let isJoin = if case .concat = self { true } else { false }
      let sources = (isJoin ? inputs.contents : [inputs.contents(0)]).compactMap { $0?.elements }
      guard sources.count == (isJoin ? inputs.types.count : 1) else { return nil }
      return zip(maps, outputs).map {
        PartialTensor(shape: $1.shape ?? [], elements: $0.apply(sources))
      }
    }
  }
}
