/// Operators that move elements and change none, from their definitions.
package enum NaiveRearrangement {
  /// Axis a of the result is axis `permutation[a]` of the source.
  package static func transpose(_ source: NaiveTensor, by permutation: [Int]) -> NaiveTensor {
    var result = NaiveTensor(zeros: permutation.map { source.shape[$0] })
    for index in source.indices { result[permutation.map { index[$0] }] = source[index] }
    return result
  }

  /// The sources one after the other along `axis`.
  package static func concatenate(_ sources: [NaiveTensor], axis: Int) -> NaiveTensor {
    var shape = sources[0].shape
    shape[axis] = sources.reduce(0) { $0 + $1.shape[axis] }
    var result = NaiveTensor(zeros: shape)
    var start = 0
    for source in sources {
      for index in source.indices {
        var place = index
        place[axis] += start
        result[place] = source[index]
      }
      start += source.shape[axis]
    }
    return result
  }

  /// The entries `taken[a]` of each axis a, in that order.
  package static func take(_ taken: [[Int]], of source: NaiveTensor) -> NaiveTensor {
    var result = NaiveTensor(zeros: taken.map(\.count))
    for index in result.indices {
      result[index] = source[index.enumerated().map { taken[$0.offset][$0.element] }]
    }
    return result
  }

  /// `source` without the entries of `axis` outside `range`.
  package static func take(
    _ range: Range<Int>, of source: NaiveTensor, axis: Int
  ) -> NaiveTensor {
    var taken = source.shape.map { Array(0..<$0) }
    taken[axis] = Array(range)
    return take(taken, of: source)
  }
}
