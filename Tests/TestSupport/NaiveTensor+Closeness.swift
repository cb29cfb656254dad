extension NaiveTensor {
  /// The first element that is further than `bound` from `expected`, in words, or nil.
  package func disagreement(with expected: NaiveTensor, within bound: NaiveTensor) -> String? {
    guard shape == expected.shape else { return "shape \(shape), expected \(expected.shape)" }
    for (position, index) in indices.enumerated() {
      let (a, e) = (elements[position], expected.elements[position])
      if !((a - e).magnitude <= bound.elements[position]) {
        return "at \(index): \(a), expected \(e) ± \(bound.elements[position])"
      }
    }
    return nil
  }

  /// The error bound of a Float sum of `terms` products whose magnitudes add up to each element.
  ///
  /// Each product and each partial sum is rounded once, by a factor 1 + δ with |δ| ≤ 2⁻²⁴, in
  /// whatever order the terms are added: no product goes through more than terms + 1 of them, so
  /// the error is at most (terms + 1)·2⁻²⁴·Σ|terms|; one more for the rest of the series and the
  /// tests' own Double arithmetic. The addend keeps what underflows.
  package func roundingBound(terms: Int) -> NaiveTensor {
    NaiveTensor(shape, elements.map { Double(terms + 2) * 0x1p-24 * $0.magnitude + 0x1p-120 })
  }
}
