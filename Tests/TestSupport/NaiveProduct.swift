/// Products of matrices from their definition, in Double.
package enum NaiveProduct {
  /// [M, K] × [K, N] → [M, N], or the same for each index of the axes before.
  package static func forward(_ a: NaiveTensor, _ b: NaiveTensor) -> NaiveTensor {
    let rank = a.shape.count
    let (depth, columns) = (b.shape[rank - 2], b.shape[rank - 1])
    let batch = zip(a.shape, b.shape).prefix(rank - 2).map { max($0, $1) }
    var result = NaiveTensor(zeros: batch + [a.shape[rank - 2], columns])
    for index in result.indices {
      // An operand whose batch extent is 1 is repeated.
      let outerA = (0..<rank - 2).map { a.shape[$0] == 1 ? 0 : index[$0] }
      let outerB = (0..<rank - 2).map { b.shape[$0] == 1 ? 0 : index[$0] }
      for inner in 0..<depth {
        result[index] +=
          a[outerA + [index[rank - 2], inner]] * b[outerB + [inner, index[rank - 1]]]
      }
    }
    return result
  }

  /// The transpose of a matrix.
  package static func transpose(_ a: NaiveTensor) -> NaiveTensor {
    var result = NaiveTensor(zeros: a.shape.reversed())
    for index in a.indices { result[index.reversed()] = a[index] }
    return result
  }
}
