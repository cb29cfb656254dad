import TensorCore

extension Reshape {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    let source = try inputs.dimensions(0)
    let target: [Dimension]?
    if let extents { target = extents.map(Dimension.fixed) } else { target = try inputs.extents(1) }
    guard let target else { return [ValueType(elementType, nil)] }
    return [ValueType(elementType, try resolve(target, source: source))]
  }

  /// The extents that `target` asks for: 0 copies (without `allowZero`), −1 takes what is left.
  private func resolve(
    _ target: [Dimension], source: [Dimension]?
  ) throws(OperatorFailure) -> [Dimension] {
    var result: [Dimension] = []
    var inferred: [Int] = []
    for (axis, extent) in target.enumerated() {
      switch extent {
      case .fixed(-1):
        inferred.append(axis)
        result.append(.unknown)
      case .fixed(0) where !allowZero:
        guard let source else {
          result.append(.unknown)
          continue
        }
        guard axis < source.count else { throw .contents(input: 1) }
        result.append(source[axis])
      case .fixed(let known) where known < 0: throw .contents(input: 1)
      default: result.append(extent)
      }
    }
    guard inferred.count <= 1 else { throw .contents(input: 1) }
    guard let source else { return result }
    // Where one extent alone is unknown, the element count gives it.
    let unknown = result.indices.filter { result[$0] == .unknown }
    if let axis = unknown.first, unknown.count == 1 {
      var others = result
      others.remove(at: axis)
      result[axis] = try quotient(of: source, by: others, target: target)
    } else if unknown.isEmpty {
      let counts = (try Dimension.product(source), try Dimension.product(result))
      if let a = counts.0.extent, let b = counts.1.extent, a != b {
        throw .shapes([source, result])
      }
    }
    return result
  }

  /// ∏ source / ∏ others, where symbols that stand in both cancel.
  private func quotient(
    of source: [Dimension], by others: [Dimension], target: [Dimension]
  ) throws(OperatorFailure) -> Dimension {
    guard !source.contains(.unknown) else { return .unknown }
    var symbols = source.filter { $0.extent == nil }
    for symbol in others where symbol.extent == nil {
      guard let index = symbols.firstIndex(of: symbol) else { return .unknown }
      symbols.remove(at: index)
    }
    let dividend = try Dimension.product(source.filter { $0.extent != nil }).extent ?? 0
    let divisor = try Dimension.product(others.filter { $0.extent != nil }).extent ?? 0
    guard divisor != 0 else {
      if target.contains(.fixed(-1)) { throw .shapes([source, target]) }
      return .unknown
    }
    guard dividend % divisor == 0 else {
      if symbols.isEmpty { throw .shapes([source, target]) }
      return .unknown
    }
    let fixed = Dimension.fixed(dividend / divisor)
    return symbols.count > 1
      ? .unknown : try fixed.applying(.multiply, symbols.first ?? .fixed(1))
  }
}

extension Flatten {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    guard let x = try inputs.dimensions(0) else {
      return [ValueType(elementType, [.unknown, .unknown])]
    }
    guard axis >= -x.count, axis <= x.count else { throw .axis(axis, rank: x.count) }
    let split = axis < 0 ? axis + x.count : axis
    return [
      ValueType(
        elementType, [try Dimension.product(x[..<split]), try Dimension.product(x[split...])])
    ]
  }
}
