import NetworkIR

/// An extent in JSON: a number, the symbol that the file gives it, or null.
struct Extent: Encodable, CustomStringConvertible {
  let dimension: Dimension

  var description: String { dimension.description }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch dimension {
    case .fixed(let extent): try container.encode(extent)
    case .symbolic(let name): try container.encode(name.description)
    case .unknown: try container.encodeNil()
    }
  }
}

extension Node {
  /// The spatial extents of the node's window, where it has one.
  func kernel(_ types: ShapeInference) -> [Int]? {
    switch self.operator {
    case .conv, .convTranspose:
      input(1).flatMap { types.shape(of: $0) }.map { Array($0.dropFirst(2)) }
    case .pool(let pool): pool.window.kernelShape
    default: nil
    }
  }

  func outputShape(_ types: ShapeInference) -> [Extent]? {
    outputs.compactMap(\.self).first.flatMap { types.type(of: $0)?.dimensions }?
      .map(Extent.init)
  }
}
