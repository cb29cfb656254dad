package import TensorCore

/// What an operator gives for constant inputs, computed as ONNX defines it.
///
/// Operators that move elements work on every type of whole bytes, Where too; Add, Sub, Mul, Div,
/// Sum, Mean, Max, Min, Pow, Clip, Neg, Equal and Cast on integers and on floating types of 16 bits
/// and more.
package enum ConstantEvaluation {
  /// The largest result, in bytes: a hostile file must not ask for more memory than a weight
  /// of a real network takes.
  package static let byteLimit = 1 << 30

  /// - Parameter inputs: nil for an input that is left out.
  /// - Returns: one tensor for each output.
  package static func evaluate(
    _ operator: Operator, _ inputs: [Tensor?], outputCount: Int = 1, opset: Int
  ) throws(OperatorFailure) -> [Tensor] {
    guard let definition = `operator`.definition else { throw .notEvaluated }
    let context = InferenceContext(
      opset: opset, outputCount: outputCount,
      types: inputs.map { $0.map { ValueType($0.elementType, shape: $0.shape) } },
      contents: inputs.map { $0.flatMap(PartialTensor.init) }, constants: inputs)
    let types = Array(try definition.outputTypes(context).prefix(outputCount))
    let shapes = types.compactMap(\.shape)
    guard shapes.count == types.count, types.count == outputCount else { throw .notEvaluated }
    for (type, shape) in zip(types, shapes) {
      guard type.elementType.bitWidth != nil else { throw .notEvaluated }
      guard let bytes = Shape.elementCount(shape).flatMap(type.elementType.byteCount),
        bytes <= byteLimit
      else { throw .tooLarge(shape: shape) }
    }
    let sources = inputs.compactMap(\.self)
    switch `operator` {
    case .constant(let constant): return [constant.tensor]
    case .constantOfShape(let filler):
      let element = filler.element ?? Tensor([Float(0)], shape: [])
      return [try element.moved(.broadcast(element.shape, to: shapes[0]), [element], shapes[0])]
    case .shape(let shapeOf):
      let extents = sources[0].shape[shapeOf.range(rank: sources[0].shape.count)]
      return [Tensor(extents.map(Int64.init), shape: [extents.count])]
    case .size: return [Tensor([Int64(sources[0].elementCount)], shape: [])]
    case .maxUnpool(let unpool):
      guard sources.count > 1 else { throw .missingInput(1) }
      return [try unpool.evaluated(sources[0], at: sources[1], shape: shapes[0])]
    case .cast(let cast): return [try sources[0].cast(to: cast.elementType)]
    case .binary(let binary):
      let second = try binary.alignment?.aligned(sources[1], to: sources[0]) ?? sources[1]
      return [try sources[0].applying(.arithmetic(binary.function), second, shape: shapes[0])]
    case .broadcasting(let broadcasting):
      return [try broadcasting.evaluated(sources, shape: shapes[0])]
    case .activation(let activation): return [try activation.evaluated(inputs)]
    case .unary(let unary): return [try unary.evaluated(sources[0])]
    case .equal: return [try sources[0].equal(to: sources[1], shape: shapes[0])]
    case .select:
      return [try sources[0].selecting(sources[1], sources[2], shape: shapes[0])]
    default:
      guard let maps = try `operator`.elementMaps(context, outputs: types) else {
        throw .notEvaluated
      }
      var results: [Tensor] = []
      for (map, shape) in zip(maps, shapes) {
        results.append(try sources[0].moved(map, sources, shape))
      }
      return results
    }
  }
}

extension Operator {
  /// True for the operators that `ConstantEvaluation` may be able to evaluate.
  package var isEvaluable: Bool {
    switch self {
    case .activation(.clip), .binary, .cast, .concat, .constant, .constantOfShape,
      .equal, .expand, .flatten, .gather, .gatherElements, .gatherND, .identity, .maxUnpool, .pad,
      .reshape, .select, .shape, .size, .slice, .split, .squeeze, .tile, .transpose, .unsqueeze:
      true
    case .broadcasting(let broadcasting): broadcasting.function != .parametricRelu
    case .unary(let unary): unary.function == .negate
    default: false
    }
  }
}
