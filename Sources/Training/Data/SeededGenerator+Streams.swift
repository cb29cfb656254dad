import TensorCore

extension SeededGenerator {
  /// An independent sequence for part `inner` of part `outer` of what `seed` stands for, such as an
  /// image of a split or of an epoch.
  init(seed: UInt64, stream outer: UInt64, _ inner: UInt64) {
    var generator = SeededGenerator(seed: seed, stream: outer)
    self.init(seed: generator.next(), stream: inner)
  }

  /// A uniform integer in 0..<`bound`, which is positive and below 2^32: the bias stays below 2^-21.
  mutating func index(below bound: Int) -> Int {
    Int(uniform() * Double(bound))
  }

  mutating func float(in range: ClosedRange<Float>) -> Float {
    range.lowerBound + Float(uniform()) * (range.upperBound - range.lowerBound)
  }
}
