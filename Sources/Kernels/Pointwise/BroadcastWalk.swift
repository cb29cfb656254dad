import TensorCore

/// A walk over the elements of two row-major tensors that broadcast to one shape.
package struct BroadcastWalk: Sendable {
  /// A stretch of the result, and where its elements come from.
  package struct Row {
    package let position: Int
    package let count: Int
    package let a: (start: Int, step: Int)
    package let b: (start: Int, step: Int)
  }

  /// The elements of the result.
  package let count: Int
  private var extents: [Int] = []
  private var stridesA: [Int] = []
  private var stridesB: [Int] = []

  /// Requires that both shapes broadcast to `shape`.
  package init(_ a: [Int], _ b: [Int], to shape: [Int]) {
    count = shape.reduce(1, *)
    let (a, b) = (Self.strides(a, to: shape), Self.strides(b, to: shape))
    for axis in shape.indices where shape[axis] != 1 {
      // Axes that lie behind each other in both tensors are one.
      if let last = extents.indices.last, stridesA[last] == a[axis] * shape[axis],
        stridesB[last] == b[axis] * shape[axis]
      {
        extents[last] *= shape[axis]
        (stridesA[last], stridesB[last]) = (a[axis], b[axis])
      } else {
        extents.append(shape[axis])
        stridesA.append(a[axis])
        stridesB.append(b[axis])
      }
    }
    if extents.isEmpty { (extents, stridesA, stridesB) = ([1], [0], [0]) }
  }

  /// Strides of 0 repeat.
  private static func strides(_ shape: [Int], to target: [Int]) -> [Int] {
    let padded = Array(repeating: 1, count: target.count - shape.count) + shape
    return zip(Shape.strides(padded), padded).map { $1 == 1 ? 0 : $0 }
  }

  /// Calls `body` with rows that cover the elements `range` of the result, in order.
  @inline(__always)
  package func forEachRow(of range: Range<Int>, _ body: (Row) -> Void) {
    let last = extents.count - 1
    let (length, stepA, stepB) = (extents[last], stridesA[last], stridesB[last])
    var position = range.lowerBound
    while position < range.upperBound {
      var rest = position / length
      let column = position - rest * length
      var (startA, startB) = (column * stepA, column * stepB)
      for axis in (0..<last).reversed() {
        let index = rest % extents[axis]
        startA += index * stridesA[axis]
        startB += index * stridesB[axis]
        rest /= extents[axis]
      }
      let count = min(length - column, range.upperBound - position)
      body(Row(position: position, count: count, a: (startA, stepA), b: (startB, stepB)))
      position += count
    }
  }
}
