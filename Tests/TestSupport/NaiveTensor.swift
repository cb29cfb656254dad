package import TensorCore

/// A dense row-major tensor of Double that the naive twins compute on, one index at a time.
package struct NaiveTensor: Equatable, Sendable {
  package let shape: [Int]
  package var elements: [Double]

  package init(_ shape: [Int], _ elements: [Double]) {
    self.shape = shape
    self.elements = elements
  }

  package init(zeros shape: [Int]) {
    self.init(shape, [Double](repeating: 0, count: shape.reduce(1, *)))
  }

  /// Uniform elements of `range`, each a Float's value, so that a kernel sees the same numbers.
  package init(
    random shape: [Int], in range: Range<Double> = -1..<1, using generator: inout SeededGenerator
  ) {
    self.init(zeros: shape)
    for index in elements.indices {
      elements[index] = Double(Float(generator.uniform(in: range)))
    }
  }

  package var floats: [Float] { elements.map { Float($0) } }

  package var magnitudes: NaiveTensor { NaiveTensor(shape, elements.map(\.magnitude)) }

  package subscript(index: [Int]) -> Double {
    get { elements[position(index)] }
    set { elements[position(index)] = newValue }
  }

  /// Every index, in row-major order.
  package var indices: [[Int]] { Self.indices(of: shape) }

  package static func indices(of shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { prefixes, extent in
      prefixes.flatMap { prefix in (0..<extent).map { prefix + [$0] } }
    }
  }

  /// The positions of the elements whose index starts with `prefix`.
  package func range(_ prefix: [Int]) -> Range<Int> {
    let size = shape.dropFirst(prefix.count).reduce(1, *)
    let start = zip(prefix, shape).reduce(0) { $0 * $1.1 + $1.0 } * size
    return start..<start + size
  }

  private func position(_ index: [Int]) -> Int {
    zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }
  }
}

extension NaiveTensor {
  /// Σ self·other, the linear functional of `other` that the gradient tests differentiate.
  package func inner(_ other: NaiveTensor) -> Double {
    zip(elements, other.elements).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The elements at `positions` of the gradient of `function`, by central differences of width
  /// 2·`step`.
  package func gradient(
    step: Double, at positions: [Int], of function: (NaiveTensor) -> Double
  ) -> NaiveTensor {
    var moved = self
    let slopes = positions.map { position in
      moved.elements[position] = elements[position] + step
      let after = function(moved)
      moved.elements[position] = elements[position] - step
      let before = function(moved)
      moved.elements[position] = elements[position]
      return (after - before) / (2 * step)
    }
    return NaiveTensor([positions.count], slopes)
  }

  /// Positions of elements to check, all of them where there are no more than `limit`.
  package func sample(
    _ limit: Int, using generator: inout SeededGenerator
  ) -> [Int] {
    Array(elements.indices.shuffled(using: &generator).prefix(limit))
  }

  /// The elements at `positions`.
  package func selecting(_ positions: [Int]) -> NaiveTensor {
    NaiveTensor([positions.count], positions.map { elements[$0] })
  }
}
