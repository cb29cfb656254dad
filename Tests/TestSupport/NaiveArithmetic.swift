/// Elementwise functions with numpy's broadcasting, from their definition, in Double.
package enum NaiveArithmetic {
  /// result[i] = function(a[i], b[i]), where axes of extent 1 and missing leading ones repeat.
  package static func forward(
    _ a: NaiveTensor, _ b: NaiveTensor, _ function: (Double, Double) -> Double
  ) -> NaiveTensor {
    let rank = max(a.shape.count, b.shape.count)
    func extent(_ tensor: NaiveTensor, _ axis: Int) -> Int {
      let own = axis - (rank - tensor.shape.count)
      return own < 0 ? 1 : tensor.shape[own]
    }
    let shape = (0..<rank).map { axis in
      extent(a, axis) == 1 ? extent(b, axis) : extent(a, axis)
    }
    let (left, right) = (broadcast(a, to: shape), broadcast(b, to: shape))
    return NaiveTensor(shape, zip(left.elements, right.elements).map(function))
  }

  /// `source` repeated to `shape`, which it must broadcast to.
  package static func broadcast(_ source: NaiveTensor, to shape: [Int]) -> NaiveTensor {
    var result = NaiveTensor(zeros: shape)
    for index in result.indices {
      let own = index.suffix(source.shape.count)
      result[index] = source[zip(own, source.shape).map { $1 == 1 ? 0 : $0 }]
    }
    return result
  }
}

extension NaiveTensor {
  /// Every element through `function`.
  package func map(_ function: (Double) -> Double) -> NaiveTensor {
    NaiveTensor(shape, elements.map(function))
  }
}
