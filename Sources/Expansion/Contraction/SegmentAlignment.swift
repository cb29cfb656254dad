/// Cuts a chain of factors into as many segments as a chain of compact kernels has, each composing
/// to its kernel.
enum SegmentAlignment {
  /// The cut with the earliest ends; nil where there is none.
  ///
  /// Of the cuts that the geometries allow, one that the biases allow too is taken: a kernel
  /// without a bias has no segment with one, and no padding follows a bias in a segment. Where none
  /// does, the composition of the one returned says why.
  static func segments(
    _ factors: [ChainFactor], composingTo compact: [ChainFactor]
  ) -> [Range<Int>]? {
    let isBiased = factors.map { (try? $0.hasNonzeroBias()) ?? true }
    return segments(factors, composingTo: compact, isBiased: isBiased)
      ?? segments(factors, composingTo: compact, isBiased: factors.map { _ in false })
  }

  /// A suffix of factors i… can serve kernels j… where some segment i…e composes to kernel j and
  /// the factors after it can serve the kernels after that. Suffixes that can't are remembered.
  private static func segments(
    _ factors: [ChainFactor], composingTo compact: [ChainFactor], isBiased: [Bool]
  ) -> [Range<Int>]? {
    var failed: Set<[Int]> = []
    func search(_ start: Int, _ kernel: Int) -> [Range<Int>]? {
      guard kernel < compact.count else { return start == factors.count ? [] : nil }
      guard start < factors.count, !failed.contains([start, kernel]) else { return nil }
      let target = compact[kernel].geometry
      var composed = factors[start].geometry
      var hasBias = isBiased[start]
      for end in start + 1...factors.count {
        if hasBias, !target.hasBias { break }
        if composed.isSameKernel(as: target), let rest = search(end, kernel + 1) {
          return [start..<end] + rest
        }
        guard end < factors.count, !hasBias || !factors[end].geometry.addsZeros,
          let next = try? KernelComposition.geometry(
            of: composed, then: factors[end].geometry, factor: end - start)
        else { break }
        composed = next
        hasBias = hasBias || isBiased[end]
      }
      failed.insert([start, kernel])
      return nil
    }
    return search(0, 0)
  }
}
