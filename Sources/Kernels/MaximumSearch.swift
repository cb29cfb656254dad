package import TensorCore

/// Max pooling that tells where each maximum was, over any number of spatial axes.
///
/// Source: ONNX MaxPool, opset 12, with its Indices: positions among all elements of the source.
package struct MaximumSearch: Sendable {
  /// The spatial positions that each output sees; those of output i are starts[i] ..< starts[i + 1].
  private let starts: [Int]
  private let positions: [Int]
  /// What each position is called.
  private let labels: [Int]
  private let planes: Int

  /// - Parameters:
  ///   - shape: [N, C, spatial…] of the source.
  ///   - output: the destination's spatial extents.
  ///   - isColumnMajor: counts positions with the first spatial axis fastest.
  package init(
    _ window: WindowGeometry, shape: [Int], output: [Int], isColumnMajor: Bool
  ) {
    let spatial = Array(shape.dropFirst(2))
    planes = shape[0] * shape[1]
    let strides = Shape.strides(spatial)
    var (starts, positions) = ([0], [Int]())
    for index in 0..<output.reduce(1, *) {
      var (seen, rest) = ([0], index)
      for axis in output.indices.reversed() {
        let begin = rest % output[axis] * window.strides[axis] - window.padsBegin[axis]
        rest /= output[axis]
        let taps = (0..<window.kernel[axis]).map { begin + $0 * window.dilations[axis] }
          .filter { $0 >= 0 && $0 < spatial[axis] }
        seen = taps.flatMap { tap in seen.map { $0 + tap * strides[axis] } }
      }
      // In row-major order, so that the first of equal elements is found.
      positions += seen.sorted()
      starts.append(positions.count)
    }
    (self.starts, self.positions) = (starts, positions)
    let columns = Array(Shape.strides(spatial.reversed()).reversed())
    labels = (0..<spatial.reduce(1, *)).map { position in
      guard isColumnMajor else { return position }
      return spatial.indices.reduce(0) {
        $0 + position / strides[$1] % spatial[$1] * columns[$1]
      }
    }
  }

  /// Writes each maximum, −∞ where a window sees nothing, and its position.
  package func run(
    _ source: UnsafePointer<Float>, values: UnsafeMutablePointer<Float>,
    indices: UnsafeMutablePointer<Float>
  ) {
    let (count, size) = (starts.count - 1, labels.count)
    for plane in 0..<planes {
      let elements = source + plane * size
      for output in 0..<count {
        var (best, place) = (-Float.infinity, 0)
        var isFirst = true
        for position in positions[starts[output]..<starts[output + 1]]
        where isFirst || elements[position] > best {
          (best, place, isFirst) = (elements[position], position, false)
        }
        values[plane * count + output] = best
        indices[plane * count + output] = Float(plane * size + labels[place])
      }
    }
  }
}
