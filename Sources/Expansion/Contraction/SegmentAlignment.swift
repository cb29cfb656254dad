/// Cuts a chain of factors into as many segments as a chain of compact kernels has, each composing
/// to its kernel.
enum SegmentAlignment {
  /// The cut with the earliest ends; nil where there is none.
  ///
  /// A suffix of factors i… can serve kernels j… where some segment i…e composes to kernel j and
  /// the factors after it can serve the kernels after that. Suffixes that can't are remembered.
  static func segments(
    _ factors: [ChainFactor], composingTo compact: [ChainFactor]
  ) -> [Range<Int>]? {
    var failed: Set<[Int]> = []
    func search(_ start: Int, _ kernel: Int) -> [Range<Int>]? {
      guard kernel < compact.count else { return start == factors.count ? [] : nil }
      guard start < factors.count, !failed.contains([start, kernel]) else { return nil }
      var composed = factors[start].geometry
      for end in start + 1...factors.count {
        if composed.isSameKernel(as: compact[kernel].geometry), let rest = search(end, kernel + 1) {
          return [start..<end] + rest
        }
        guard end < factors.count,
          let next = try? KernelComposition.geometry(
            of: composed, then: factors[end].geometry, factor: end - start)
        else { break }
        composed = next
      }
      failed.insert([start, kernel])
      return nil
    }
    return search(0, 0)
  }
}
