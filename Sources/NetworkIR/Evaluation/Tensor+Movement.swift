import TensorCore

extension Tensor {
  /// The tensor of that shape that `map` takes out of `sources`, bit for bit.
  func moved(
    _ map: ElementMap, _ sources: [Tensor], _ shape: [Int]
  ) throws(OperatorFailure) -> Tensor {
    if case .inOrder = map { return reshaped(shape) }
    let movers = if case .blocks = map { sources } else { [self] }
    guard movers.allSatisfy({ $0.elementType == elementType }) else {
      throw .elementTypes(movers.map(\.elementType))
    }
    switch elementType.bitWidth {
    case 8: return moved(movers, map, shape, as: UInt8.self)
    case 16: return moved(movers, map, shape, as: UInt16.self)
    case 32: return moved(movers, map, shape, as: UInt32.self)
    case 64: return moved(movers, map, shape, as: UInt64.self)
    case 128: return moved(movers, map, shape, as: SIMD2<UInt64>.self)
    default: throw .notEvaluated
    }
  }

  private func moved<Element: BitwiseCopyable>(
    _ sources: [Tensor], _ map: ElementMap, _ shape: [Int], as: Element.Type
  ) -> Tensor {
    Tensor(elementType, map.apply(sources.map { $0.elements(as: Element.self) }), shape)
  }
}
