/// Means over axes from their definition, in Double.
package enum NaiveReduction {
  /// The mean over `axes`, which stay with extent 1 where `keepsAxes`.
  package static func mean(
    of source: NaiveTensor, over axes: Set<Int>, keepsAxes: Bool
  ) -> NaiveTensor {
    let kept = source.shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
    let count = Double(axes.reduce(1) { $0 * source.shape[$1] })
    var result = NaiveTensor(zeros: kept)
    for index in source.indices {
      let place = index.enumerated().map { axes.contains($0.offset) ? 0 : $0.element }
      result[place] += source[index] / count
    }
    if keepsAxes { return result }
    let left = source.shape.indices.filter { !axes.contains($0) }.map { source.shape[$0] }
    return NaiveTensor(left, result.elements)
  }
}
