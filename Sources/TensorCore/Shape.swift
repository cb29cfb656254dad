/// Arithmetic on the extents of a dense tensor; a shape is an array of extents, outermost first.
package enum Shape {
  /// The product of `extents`, or nil where one is negative or the product overflows.
  package static func elementCount(_ extents: [Int]) -> Int? {
    guard extents.allSatisfy({ $0 >= 0 }) else { return nil }
    guard !extents.contains(0) else { return 0 }
    var product = 1
    for extent in extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }

  /// Row-major strides, in elements; without meaning for a shape that has none.
  package static func strides(_ extents: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: extents.count)
    for axis in extents.indices.reversed().dropFirst() {
      // Extents beside a 0 may be of any size.
      strides[axis] = strides[axis + 1] &* extents[axis + 1]
    }
    return strides
  }

  /// The shape that numpy's multidirectional broadcasting gives, or nil where two extents clash.
  package static func broadcast(_ a: [Int], _ b: [Int]) -> [Int]? {
    let rank = max(a.count, b.count)
    var result = [Int](repeating: 1, count: rank)
    for axis in 0..<rank {
      let x = axis < rank - a.count ? 1 : a[axis - (rank - a.count)]
      let y = axis < rank - b.count ? 1 : b[axis - (rank - b.count)]
      guard x == y || x == 1 || y == 1 else { return nil }
      result[axis] = x == 1 ? y : x
    }
    return result
  }
}
