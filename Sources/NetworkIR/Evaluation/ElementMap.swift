import TensorCore

/// How an operator that only moves elements makes an output out of its inputs.
enum ElementMap {
  /// The first input's elements as they stand.
  case inOrder
  /// Element (i₀, i₁, …) of the output is element offsets[0][i₀] + offsets[1][i₁] + … of the first
  /// input.
  case offsets([[Int]])
  /// Element i of the output is element positions[i] of the first input.
  case positions([Int])
  /// `count` times, a block from each input in turn, of these lengths.
  case blocks(count: Int, lengths: [Int])

  /// - Parameter sources: the elements of the inputs, row-major.
  func apply<Element>(_ sources: [[Element]]) -> [Element] {
    switch self {
    case .inOrder: return sources[0]
    case .positions(let positions): return positions.map { sources[0][$0] }
    case .offsets(let offsets):
      var result: [Element] = []
      result.reserveCapacity(offsets.reduce(1) { $0 * $1.count })
      Self.walk(offsets[...], from: 0, sources[0], &result)
      return result
    case .blocks(let count, let lengths):
      var result: [Element] = []
      result.reserveCapacity(sources.reduce(0) { $0 + $1.count })
      for index in 0..<count {
        for (source, length) in zip(sources, lengths) {
          result += source[index * length..<(index + 1) * length]
        }
      }
      return result
    }
  }

  /// Ranks are bounded, and with them the depth of the recursion.
  private static func walk<Element>(
    _ offsets: ArraySlice<[Int]>, from base: Int, _ source: [Element], _ result: inout [Element]
  ) {
    guard let first = offsets.first else { return result.append(source[base]) }
    guard offsets.count > 1 else {
      for offset in first { result.append(source[base + offset]) }
      return
    }
    for offset in first { walk(offsets.dropFirst(), from: base + offset, source, &result) }
  }

  /// The map that broadcasts `shape` to `target`, which it must fit.
  static func broadcast(_ shape: [Int], to target: [Int]) -> ElementMap {
    guard shape != target else { return .inOrder }
    let strides = Shape.strides(shape)
    let leading = target.count - shape.count
    return .offsets(
      target.indices.map { axis in
        let isRepeated = axis < leading || shape[axis - leading] == 1
        return isRepeated
          ? Array(repeating: 0, count: target[axis])
          : (0..<target[axis]).map { $0 * strides[axis - leading] }
      })
  }
}
