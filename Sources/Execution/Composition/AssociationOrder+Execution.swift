import Expansion

extension AssociationOrder {
  /// What moving one weight to another place costs, in multiply-accumulates: eight bytes at what
  /// the last cache delivers, next to products at their full rate.
  private static let costPerMove = 32.0

  /// The order in which a step composes and differentiates the chain fastest.
  ///
  /// As `cheapestFor`, with what moves besides: a factor of several taps that meets an earlier
  /// kernel is taken tap-major and its gradient brought back, two moves; one more is the share that
  /// the earlier kernel's bias has in that gradient, written and added.
  ///
  ///     cost(A, B) = 3 · O · P · I · taps(A) · taps(B)  +  moves · weights(B)
  ///
  /// Nil where the chain does not compose.
  init?(fastestFor chain: [KernelGeometry]) {
    var best: [ClosedRange<Int>: (order: AssociationOrder, cost: Double, kernel: KernelGeometry)] =
      [:]
    for (index, kernel) in chain.enumerated() { best[index...index] = (.factor, 0, kernel) }
    for length in 1..<max(1, chain.count) {
      for first in 0..<chain.count - length {
        let span = first...first + length
        for split in first..<span.upperBound {
          guard let a = best[first...split], let b = best[split + 1...span.upperBound],
            let kernel = try? KernelComposition.geometry(
              of: a.kernel, then: b.kernel, factor: split + 1)
          else { continue }
          let cost = a.cost + b.cost + Self.cost(a.kernel, b.kernel, movesB: b.order == .factor)
          if let known = best[span], known.cost <= cost { continue }
          best[span] = (.pair(a.order, b.order), cost, kernel)
        }
      }
    }
    guard let whole = best[0...max(0, chain.count - 1)] else { return nil }
    self = whole.order
  }

  private static func cost(_ a: KernelGeometry, _ b: KernelGeometry, movesB: Bool) -> Double {
    let weights = Double(b.weightCount)
    var moves = a.hasBias ? 1.0 : 0
    if b.taps > 1, movesB { moves += 2 }
    return 3 * weights * Double(a.inputsPerGroup * a.taps) + moves * costPerMove * weights
  }
}
